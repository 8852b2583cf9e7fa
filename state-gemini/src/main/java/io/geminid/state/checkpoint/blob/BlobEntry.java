package io.geminid.state.checkpoint.blob;

/**
 * A line of a listing.
 *
 * @param name the blob's name
 * @param lengthBytes its length
 * @param modifiedMillis when it was written last, since the epoch, by the store's clock
 */
public record BlobEntry(String name, long lengthBytes, long modifiedMillis) {

    /**
     * Whether it was not committed.
     *
     * @return true for what is being written, or was when its writer died
     */
    public boolean unfinished() {
        return name.endsWith(BlobStore.UNFINISHED);
    }
}
