package io.geminid.state.checkpoint.s3;

import io.geminid.state.checkpoint.blob.BlobOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Collects a part at a time; one that is all there is goes up in a single request. */
final class S3Output implements BlobOutput {
    /**
     * The smallest part that S3 takes is 5 MiB; with 10,000 parts at most, a file may have 80 GB.
     */
    private static final int PART_BYTES = 8 << 20;

    private static final int BUFFER_BYTES_MIN = 64 << 10;
    private static final String NEW_ONLY = "*";

    private final S3BlobStore store;
    private final String key;
    private final List<CompletedPart> parts = new ArrayList<>();
    private ByteBuffer part = ByteBuffer.allocate(BUFFER_BYTES_MIN);

    /** Null as long as all fits into one part. */
    private String uploadId;

    private boolean open = true;

    S3Output(final S3BlobStore store, final String key) {
        this.store = store;
        this.key = key;
    }

    @Override
    public void write(final ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            if (!part.hasRemaining()) {
                if (part.capacity() < PART_BYTES) {
                    part = ByteBuffer.allocate(2 * part.capacity()).put(part.flip());
                } else {
                    upload();
                }
            }
            final int limit = source.limit();
            source.limit(source.position() + Math.min(part.remaining(), source.remaining()));
            part.put(source);
            source.limit(limit);
        }
    }

    private void upload() throws IOException {
        if (uploadId == null) {
            // The commit would find out too, but only after all has been sent.
            if (store.exists(key)) {
                throw new FileAlreadyExistsException(key);
            }
            uploadId =
                    store.call(
                            key,
                            () ->
                                    store.client()
                                            .createMultipartUpload(
                                                    r -> r.bucket(store.bucket()).key(key))
                                            .uploadId());
        }
        final int number = parts.size() + 1;
        final String tag =
                store.call(
                        key,
                        () ->
                                store.client()
                                        .uploadPart(
                                                r ->
                                                        r.bucket(store.bucket())
                                                                .key(key)
                                                                .uploadId(uploadId)
                                                                .partNumber(number),
                                                RequestBody.fromByteBuffer(part.flip()))
                                        .eTag());
        parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
        part.clear();
    }

    @Override
    public void commit() throws IOException {
        if (!open) {
            throw new IllegalStateException("closed key=" + key);
        }
        if (uploadId == null) {
            store.call(
                    key,
                    () ->
                            store.client()
                                    .putObject(
                                            r ->
                                                    r.bucket(store.bucket())
                                                            .key(key)
                                                            .ifNoneMatch(NEW_ONLY),
                                            RequestBody.fromByteBuffer(part.flip())));
        } else {
            if (part.position() > 0) {
                upload();
            }
            store.call(
                    key,
                    () ->
                            store.client()
                                    .completeMultipartUpload(
                                            r ->
                                                    r.bucket(store.bucket())
                                                            .key(key)
                                                            .uploadId(uploadId)
                                                            .ifNoneMatch(NEW_ONLY)
                                                            .multipartUpload(m -> m.parts(parts))));
            uploadId = null;
        }
        open = false;
        part = null;
    }

    @Override
    public void close() throws IOException {
        open = false;
        part = null;
        final String upload = uploadId;
        uploadId = null;
        if (upload != null) {
            store.call(
                    key,
                    () ->
                            store.client()
                                    .abortMultipartUpload(
                                            r ->
                                                    r.bucket(store.bucket())
                                                            .key(key)
                                                            .uploadId(upload)));
        }
    }
}
