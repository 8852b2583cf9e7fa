package io.geminid.verbs;

/**
 * How much can be outstanding on a queue pair. What is granted may be more, never less.
 *
 * @param sends send requests posted and not completed; an unsignaled one counts until a later
 *     signaled one has completed
 * @param receives receive requests posted and not completed
 * @param sendSlices slices gathered by one send
 * @param receiveSlices slices that one receive is scattered over
 * @param inlineBytes bytes that a send may carry in the request itself
 */
public record QueuePairLimits(
        int sends, int receives, int sendSlices, int receiveSlices, int inlineBytes) {

    /** The most any device here takes for requests; a larger number is a slip, not a wish. */
    public static final int REQUESTS_MAX = 1 << 20;

    /** Slices of one request: all devices known take 30 and more. */
    public static final int SLICES_MAX = 32;

    /** Inline bytes: what rxe and the common NICs take is below. */
    public static final int INLINE_BYTES_MAX = 1024;

    /** Checks the ranges. */
    public QueuePairLimits {
        check("sends", sends, 1, REQUESTS_MAX);
        check("receives", receives, 1, REQUESTS_MAX);
        check("sendSlices", sendSlices, 1, SLICES_MAX);
        check("receiveSlices", receiveSlices, 1, SLICES_MAX);
        check("inlineBytes", inlineBytes, 0, INLINE_BYTES_MAX);
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + "=" + value + " must be within " + min + ".." + max);
        }
    }
}
