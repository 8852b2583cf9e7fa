package io.geminid.state.heap.cow;

import java.util.TreeSet;

/**
 * Which versions of a store open snapshots see. What was made in a version that a snapshot sees is
 * never changed; it is copied, and the copy carries the present version.
 *
 * <p>The task thread begins snapshots and asks; any thread ends one.
 */
public final class CowVersions {

    private final TreeSet<Integer> open = new TreeSet<>();
    private int current = 1;

    /** Written by whoever begins or ends a snapshot; the newest that is open, or 0. */
    private volatile int newestOpen;

    /** Creates versions without a snapshot. */
    public CowVersions() {}

    /**
     * What is made now carries this.
     *
     * @return 1 or more
     */
    public int current() {
        return current;
    }

    /**
     * Whether a snapshot may see it.
     *
     * @param version that it was made in
     * @return true if it must be copied before it is changed
     */
    public boolean isShared(final int version) {
        return version <= newestOpen;
    }

    /**
     * Begins a snapshot of all that was made so far.
     *
     * @return its version, for {@link #end}
     */
    public synchronized int begin() {
        final int version = current;
        current = Math.addExact(current, 1);
        open.add(version);
        newestOpen = version;
        return version;
    }

    /**
     * Ends a snapshot. Idempotent.
     *
     * @param version what {@link #begin} returned
     */
    public synchronized void end(final int version) {
        open.remove(version);
        newestOpen = open.isEmpty() ? 0 : open.last();
    }
}
