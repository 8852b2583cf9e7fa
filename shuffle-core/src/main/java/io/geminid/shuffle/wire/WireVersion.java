package io.geminid.shuffle.wire;

/**
 * Versions of the protocol between processes. Both ends say in the {@link Handshake} which ones
 * they speak, and use the newest that both know.
 *
 * <p>In every version the layout of {@link FrameHeader} and of the frames HELLO, WELCOME and
 * GOODBYE is the one of version 1, so that processes of any two versions can tell each other that
 * they differ.
 */
public final class WireVersion {

    /** Oldest version that this code speaks. */
    public static final int FIRST = 1;

    /** Newest version that this code speaks. */
    public static final int CURRENT = 1;

    /** Answer of {@link #agree} when there is no version that both speak. */
    public static final int NONE = 0;

    private WireVersion() {}

    /**
     * Finds the version to use with a peer.
     *
     * @param peer what the peer speaks
     * @return the newest version that both speak, or {@link #NONE}
     */
    public static int agree(final Handshake peer) {
        final int newest = Math.min(CURRENT, peer.versionMax());
        return newest >= Math.max(FIRST, peer.versionMin()) ? newest : NONE;
    }
}
