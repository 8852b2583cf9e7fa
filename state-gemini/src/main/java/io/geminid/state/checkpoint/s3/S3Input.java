package io.geminid.state.checkpoint.s3;

import io.geminid.state.checkpoint.blob.BlobInput;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Reads by ranges. The first request brings the length and the beginning, often all there is; reads
 * one after the other bring more and more at once.
 */
final class S3Input implements BlobInput {
    private static final int FIRST_BYTES = 64 << 10;
    private static final int READ_AHEAD_BYTES_MAX = 8 << 20;

    private final S3BlobStore store;
    private final String key;
    private final long length;

    /** Bytes that were fetched last. */
    private ByteBuffer chunk;

    private long chunkPosition;
    private int readAheadBytes = FIRST_BYTES;

    private S3Input(
            final S3BlobStore store, final String key, final long length, final ByteBuffer first) {
        this.store = store;
        this.key = key;
        this.length = length;
        this.chunk = first;
    }

    static S3Input open(final S3BlobStore store, final String key) throws IOException {
        final long length =
                store.call(
                        key,
                        () ->
                                store.client()
                                        .headObject(r -> r.bucket(store.bucket()).key(key))
                                        .contentLength());
        final S3Input input = new S3Input(store, key, length, ByteBuffer.allocate(0));
        if (length > 0) {
            input.fetch(0, (int) Math.min(FIRST_BYTES, length));
        }
        return input;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void read(final long position, final ByteBuffer target) throws IOException {
        if (position < 0 || position > length - target.remaining()) {
            throw new EOFException(
                    "key="
                            + key
                            + " position="
                            + position
                            + " wantedBytes="
                            + target.remaining()
                            + " lengthBytes="
                            + length);
        }
        long at = position;
        while (target.hasRemaining()) {
            if (at < chunkPosition || at >= chunkPosition + chunk.limit()) {
                fetch(at, wanted(at, target.remaining()));
            }
            final int from = (int) (at - chunkPosition);
            final int count = Math.min(target.remaining(), chunk.limit() - from);
            target.put(chunk.duplicate().position(from).limit(from + count));
            at += count;
        }
    }

    private int wanted(final long at, final int missing) {
        final boolean sequential = at == chunkPosition + chunk.limit();
        readAheadBytes = sequential ? Math.min(READ_AHEAD_BYTES_MAX, 2 * readAheadBytes) : 0;
        final long bytes = Math.min(Math.max(missing, readAheadBytes), length - at);
        readAheadBytes = Math.max(readAheadBytes, FIRST_BYTES);
        return (int) Math.min(bytes, READ_AHEAD_BYTES_MAX);
    }

    private void fetch(final long from, final int bytes) throws IOException {
        final String range = "bytes=" + from + "-" + (from + bytes - 1);
        final ResponseBytes<GetObjectResponse> response =
                store.call(
                        key,
                        () ->
                                store.client()
                                        .getObjectAsBytes(
                                                r ->
                                                        r.bucket(store.bucket())
                                                                .key(key)
                                                                .range(range)));
        chunk = response.asByteBuffer();
        chunkPosition = from;
        if (chunk.limit() != bytes) {
            throw new IOException(
                    "key=" + key + " range=" + range + " receivedBytes=" + chunk.limit());
        }
    }

    @Override
    public void close() {
        chunk = ByteBuffer.allocate(0);
    }
}
