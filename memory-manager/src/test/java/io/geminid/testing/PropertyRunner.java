package io.geminid.testing;

import java.util.Random;

/**
 * Runs a check for many random cases of growing size; when one fails, looks for a smaller size at
 * which it still does.
 *
 * <p>A case is determined by the seed, its number and its size, so that running the test again with
 * the seed printed meets it again.
 */
public final class PropertyRunner {
    private final Seed seed;
    private final int cases;
    private final int sizeMax;

    /** What must hold for every case. */
    @FunctionalInterface
    public interface Check {
        /**
         * Builds a case and looks at it.
         *
         * @param random the case's own source
         * @param size 1 or more: how large the case should be, in whatever the check counts
         * @throws Exception any throwable fails the case
         */
        void check(Random random, int size) throws Exception;
    }

    /**
     * Plans a run.
     *
     * @param seed of the test
     * @param cases how many, 1 or more
     * @param sizeMax size of the last case, 1 or more; the first has size 1
     */
    public PropertyRunner(final Seed seed, final int cases, final int sizeMax) {
        if (cases < 1 || sizeMax < 1) {
            throw new IllegalArgumentException("cases=" + cases + " sizeMax=" + sizeMax);
        }
        this.seed = seed;
        this.cases = cases;
        this.sizeMax = sizeMax;
    }

    /**
     * Runs all cases.
     *
     * @param check throws when the property does not hold
     * @throws AssertionError names the case, and the smallest size found that fails; its cause is
     *     that size's failure
     */
    public void check(final Check check) {
        final long first = seed.random().nextLong();
        for (int i = 0; i < cases; i++) {
            final int size =
                    cases == 1 ? sizeMax : 1 + (int) ((long) i * (sizeMax - 1) / (cases - 1));
            final Throwable failure = failure(check, first + i, size);
            if (failure != null) {
                throw smallest(check, first + i, i, size, failure);
            }
        }
    }

    /**
     * Halves the size, then walks down by one; every size has its own content, so this is a search.
     */
    private AssertionError smallest(
            final Check check,
            final long caseSeed,
            final int number,
            final int size,
            final Throwable found) {
        Throwable failure = found;
        int smallest = size;
        boolean halving = true;
        while (smallest > 1) {
            final int candidate = halving ? smallest / 2 : smallest - 1;
            final Throwable smaller = failure(check, caseSeed, candidate);
            if (smaller != null) {
                smallest = candidate;
                failure = smaller;
            } else if (halving) {
                halving = false;
            } else {
                break;
            }
        }
        return new AssertionError(
                "case="
                        + number
                        + " of="
                        + cases
                        + " size="
                        + smallest
                        + " (found at size="
                        + size
                        + ") seed="
                        + seed.value()
                        + ": "
                        + failure,
                failure);
    }

    private static Throwable failure(final Check check, final long caseSeed, final int size) {
        try {
            check.check(new Random(caseSeed), size);
            return null;
        } catch (final Exception | AssertionError e) {
            return e;
        }
    }
}
