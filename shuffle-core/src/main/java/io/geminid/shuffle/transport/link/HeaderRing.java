package io.geminid.shuffle.transport.link;

/**
 * Book of a ring of bytes that are written in one order and become free in the same order. What is
 * taken at a time lies in one piece. Knows positions only, not the memory. Used by one thread.
 */
public final class HeaderRing {

    private final int sizeBytes;
    private long taken;
    private long freed;

    /**
     * @param sizeBytes of the memory that the book is about
     */
    public HeaderRing(final int sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    /**
     * Whether so many bytes can be had in one piece.
     *
     * @param lengthBytes how many
     * @return true if {@link #position} may be called
     */
    public boolean hasRoom(final int lengthBytes) {
        return taken + padding(lengthBytes) + lengthBytes - freed <= sizeBytes;
    }

    /**
     * Where the next piece begins if it is to have room for so many bytes; skips the end of the
     * ring if need be. Call {@link #hasRoom} before.
     *
     * @param lengthBytes how many at most
     * @return the first byte
     */
    public int position(final int lengthBytes) {
        taken += padding(lengthBytes);
        return (int) (taken % sizeBytes);
    }

    /**
     * Takes the bytes from the last {@link #position} on.
     *
     * @param lengthBytes how many
     */
    public void take(final int lengthBytes) {
        taken += lengthBytes;
        assert taken - freed <= sizeBytes;
    }

    /**
     * The oldest piece that is not free becomes free; what was skipped before it, too.
     *
     * @param position its first byte
     * @param lengthBytes as taken
     */
    public void free(final int position, final int lengthBytes) {
        final int at = (int) (freed % sizeBytes);
        if (at != position) {
            assert position == 0 : position;
            freed += sizeBytes - at;
        }
        freed += lengthBytes;
        assert freed <= taken;
    }

    private int padding(final int lengthBytes) {
        final int atEnd = sizeBytes - (int) (taken % sizeBytes);
        return atEnd < lengthBytes ? atEnd : 0;
    }
}
