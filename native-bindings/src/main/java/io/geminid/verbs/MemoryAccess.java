package io.geminid.verbs;

import java.util.Set;

/**
 * What a device may do with a registered region. Sending from a region needs none of them.
 *
 * <p>Only {@link #LOCAL_WRITE} is given by default: with it the region can be received into, and no
 * peer can reach it by a key.
 */
public enum MemoryAccess {
    /** Receives, and results of reads, may be written into it. */
    LOCAL_WRITE(1),
    /** Peers that know key and address may write into it. */
    REMOTE_WRITE(2),
    /** Peers that know key and address may read it. */
    REMOTE_READ(4);

    private final int bit;

    MemoryAccess(int bit) {
        this.bit = bit;
    }

    /**
     * The flag in {@code enum ibv_access_flags}.
     *
     * @return one bit
     */
    public int bit() {
        return bit;
    }

    /**
     * The flags of several rights.
     *
     * @param rights what is allowed
     * @return their bits together
     * @throws IllegalArgumentException if remote writes are allowed and local ones are not, which
     *     no device accepts
     */
    public static int bits(Set<MemoryAccess> rights) {
        if (rights.contains(REMOTE_WRITE) && !rights.contains(LOCAL_WRITE)) {
            throw new IllegalArgumentException("rights=" + rights + " lack LOCAL_WRITE");
        }
        int bits = 0;
        for (MemoryAccess right : rights) {
            bits |= right.bit;
        }
        return bits;
    }
}
