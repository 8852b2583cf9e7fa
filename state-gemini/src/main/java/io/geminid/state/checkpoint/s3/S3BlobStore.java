package io.geminid.state.checkpoint.s3;

import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobNames;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.BlobStore;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Blobs as objects of a bucket. An object store shows an object as a whole or not at all; that a
 * taken name is not overwritten is asked for with {@code If-None-Match: *}, which the store must
 * know.
 *
 * <p>Large blobs go up in parts. Parts whose upload never ended are listed as unfinished, and
 * deleting that name aborts the upload.
 */
public final class S3BlobStore implements BlobStore {
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;

    private final S3Client client;
    private final String bucket;
    private final String root;

    /**
     * Uses a bucket.
     *
     * @param client owned by the caller
     * @param bucket must exist
     * @param root begins every key, ends with {@code /} or is empty
     */
    public S3BlobStore(final S3Client client, final String bucket, final String root) {
        if (!root.isEmpty() && !root.endsWith("/")) {
            throw new IllegalArgumentException("root=" + root + " must end with /");
        }
        this.client = client;
        this.bucket = bucket;
        this.root = root;
    }

    @Override
    public BlobOutput create(final String name) throws IOException {
        return new S3Output(this, root + BlobNames.checkNew(name));
    }

    @Override
    public BlobInput open(final String name) throws IOException {
        return S3Input.open(this, root + BlobNames.check(name));
    }

    @Override
    public List<BlobEntry> list(final String prefix) throws IOException {
        final String keys = root + BlobNames.checkPrefix(prefix);
        return call(
                keys,
                () -> {
                    final List<BlobEntry> entries = new ArrayList<>();
                    for (final S3Object object :
                            client.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(keys))
                                    .contents()) {
                        entries.add(
                                new BlobEntry(
                                        object.key().substring(root.length()),
                                        object.size(),
                                        object.lastModified().toEpochMilli()));
                    }
                    for (final MultipartUpload upload : uploads(keys)) {
                        entries.add(
                                new BlobEntry(
                                        upload.key().substring(root.length()) + UNFINISHED,
                                        0,
                                        upload.initiated().toEpochMilli()));
                    }
                    entries.sort(Comparator.comparing(BlobEntry::name));
                    return entries;
                });
    }

    private List<MultipartUpload> uploads(final String prefix) {
        final List<MultipartUpload> uploads = new ArrayList<>();
        client.listMultipartUploadsPaginator(r -> r.bucket(bucket).prefix(prefix))
                .forEach(page -> uploads.addAll(page.uploads()));
        return uploads;
    }

    @Override
    public boolean delete(final String name) throws IOException {
        final String key = root + BlobNames.check(name);
        if (name.endsWith(UNFINISHED)) {
            return abortUploads(key.substring(0, key.length() - UNFINISHED.length()));
        }
        if (!exists(key)) {
            return false;
        }
        call(key, () -> client.deleteObject(r -> r.bucket(bucket).key(key)));
        return true;
    }

    private boolean abortUploads(final String key) throws IOException {
        return call(
                key,
                () -> {
                    boolean any = false;
                    for (final MultipartUpload upload : uploads(key)) {
                        if (upload.key().equals(key)) {
                            client.abortMultipartUpload(
                                    r -> r.bucket(bucket).key(key).uploadId(upload.uploadId()));
                            any = true;
                        }
                    }
                    return any;
                });
    }

    boolean exists(final String key) throws IOException {
        try {
            call(key, () -> client.headObject(r -> r.bucket(bucket).key(key)));
            return true;
        } catch (final NoSuchFileException e) {
            return false;
        }
    }

    S3Client client() {
        return client;
    }

    String bucket() {
        return bucket;
    }

    /** Makes a call, and what goes wrong an exception of files. */
    <T> T call(final String key, final Callable<T> request) throws IOException {
        try {
            return request.call();
        } catch (final S3Exception e) {
            final String object = "s3://" + bucket + "/" + key;
            throw switch (e.statusCode()) {
                case NOT_FOUND -> (IOException) new NoSuchFileException(object).initCause(e);
                case PRECONDITION_FAILED ->
                        (IOException) new FileAlreadyExistsException(object).initCause(e);
                case CONFLICT -> new IOException("written by two at once: " + object, e);
                default -> new IOException(object + " status=" + e.statusCode(), e);
            };
        } catch (final SdkException e) {
            throw new IOException("s3://" + bucket + "/" + key + ": " + e.getMessage(), e);
        } catch (final IOException | RuntimeException e) {
            throw e;
        } catch (final Exception e) {
            throw new IOException("s3://" + bucket + "/" + key, e);
        }
    }

    @Override
    public String toString() {
        return "s3://" + bucket + "/" + root;
    }
}
