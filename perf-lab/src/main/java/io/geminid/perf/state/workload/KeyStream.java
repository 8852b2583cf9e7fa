package io.geminid.perf.state.workload;

/** Random numbers as cheap as can be (xorshift), and the keys chosen by them. One thread. */
final class KeyStream {

    private final long keys;
    private long state;

    /**
     * @param seed anything but 0
     * @param keys how many there are
     */
    KeyStream(final long seed, final long keys) {
        this.state = seed * 0x9E3779B97F4A7C15L;
        this.keys = keys;
    }

    /** The next random number. */
    long next() {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
        return state;
    }

    /** A key, each as likely as the others. */
    long nextKey() {
        return key(Long.remainderUnsigned(next(), keys));
    }

    /** The n-th key: spread over all 64-bit numbers, no two the same (finalizer of SplitMix64). */
    static long key(final long n) {
        long z = n + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
