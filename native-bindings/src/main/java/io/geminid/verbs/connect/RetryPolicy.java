package io.geminid.verbs.connect;

/**
 * How long a connection tries before it fails. Without it the kernel's connection manager would
 * take many seconds to notice a dead path, and 655 ms to repeat a send that found no receive.
 *
 * @param ackTimeout exponent: an unanswered packet is sent again after 4.096 us times 2 to it, 1 to
 *     31; 14 is 67 ms
 * @param retries how often, 0 to 7
 * @param rnrRetries how often a send is repeated that found no receive, 0 to 6: for ever (7) is not
 *     offered, because a hostile receiver would hold the sender's buffers for ever
 * @param rnrTimer the pause before such a repetition, as this end asks it of its peer: a code from
 *     1 (0.01 ms) to 31 (491 ms); 12 is 0.64 ms
 */
public record RetryPolicy(int ackTimeout, int retries, int rnrRetries, int rnrTimer) {

    /** A dead path is noticed after 0.4 s, a send without a receive fails after some ms. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(14, 6, 6, 12);

    /** The pauses of {@link #rnrTimer} by its code, in microseconds; from the InfiniBand manual. */
    private static final int[] RNR_PAUSES_US = {
        655_360, 10, 20, 30, 40, 60, 80, 120, 160, 240, 320, 480, 640, 960, 1_280, 1_920, 2_560,
        3_840, 5_120, 7_680, 10_240, 15_360, 20_480, 30_720, 40_960, 61_440, 81_920, 122_880,
        163_840, 245_760, 327_680, 491_520
    };

    /** Checks the ranges. */
    public RetryPolicy {
        check("ackTimeout", ackTimeout, 1, 31);
        check("retries", retries, 0, 7);
        check("rnrRetries", rnrRetries, 0, 6);
        check("rnrTimer", rnrTimer, 1, 31);
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + "=" + value + " must be within " + min + ".." + max);
        }
    }

    /**
     * The pause of {@link #ackTimeout}.
     *
     * @return nanoseconds
     */
    public long ackTimeoutNs() {
        return 4_096L << ackTimeout;
    }

    /**
     * The pause of {@link #rnrTimer}.
     *
     * @return nanoseconds
     */
    public long rnrPauseNs() {
        return RNR_PAUSES_US[rnrTimer] * 1_000L;
    }
}
