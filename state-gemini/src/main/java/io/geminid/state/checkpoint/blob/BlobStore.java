package io.geminid.state.checkpoint.blob;

import java.io.IOException;
import java.util.List;

/**
 * Keeps named, immutable sequences of bytes. A blob is there as a whole and durably, or not at all;
 * a name that is taken is never overwritten.
 *
 * <p>Names are relative paths with {@code /}, of {@code [A-Za-z0-9._-]} segments that do not begin
 * with a dot. A name that ends in {@link #UNFINISHED} is reserved. Any thread.
 */
public interface BlobStore {

    /** Suffix of what is being written. */
    String UNFINISHED = ".part";

    /**
     * Begins a blob.
     *
     * @param name a name that is not taken
     * @return to be committed or closed by the caller
     * @throws java.nio.file.FileAlreadyExistsException when the name is taken; where that cannot be
     *     known yet, {@link BlobOutput#commit} throws it
     * @throws IOException when the store is full or gone
     */
    BlobOutput create(String name) throws IOException;

    /**
     * Opens a blob for reading.
     *
     * @param name its name
     * @return to be closed by the caller
     * @throws java.nio.file.NoSuchFileException when there is none
     * @throws IOException when the store cannot be read
     */
    BlobInput open(String name) throws IOException;

    /**
     * The blobs whose names begin with a prefix, those being written or left unfinished too, under
     * their reserved names where the store can see them.
     *
     * @param prefix ends with {@code /}, or is empty for all
     * @return in the order of their names
     * @throws IOException when the store cannot be read
     */
    List<BlobEntry> list(String prefix) throws IOException;

    /**
     * Deletes a blob, or what was left unfinished. When this returns, it does not come back, not
     * after a power cut either.
     *
     * @param name its name, as {@link #list} gives it
     * @return false when there was none
     * @throws IOException when it cannot be deleted
     */
    boolean delete(String name) throws IOException;
}
