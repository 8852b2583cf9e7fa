package io.geminid.memory;

import java.util.Objects;

/**
 * What one task, gate or store may take from a pool.
 *
 * @param name of the holder, for messages and leak reports
 * @param reserved segments guaranteed for the local pool's life, never lent to others
 * @param max segments it may hold at once, those beyond {@code reserved} borrowed while there are
 *     any
 * @param overdraft segments beyond {@code max} that {@link LocalSegmentPool#pollOverdraft} may
 *     borrow, to finish what cannot be interrupted
 */
public record LocalPoolContext(String name, int reserved, int max, int overdraft) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException unless {@code 0 <= reserved <= max}, {@code 1 <= max} and
     *     {@code 0 <= overdraft}
     */
    public LocalPoolContext {
        Objects.requireNonNull(name, "name");
        if (reserved < 0
                || max < 1
                || reserved > max
                || overdraft < 0
                || max > Integer.MAX_VALUE - overdraft) {
            throw new IllegalArgumentException(
                    "localPool="
                            + name
                            + " reserved="
                            + reserved
                            + " max="
                            + max
                            + " overdraft="
                            + overdraft
                            + ": 0 <= reserved <= max, 1 <= max, 0 <= overdraft");
        }
    }

    /**
     * A local pool with a share of its own and nothing else.
     *
     * @param name of the holder
     * @param count segments reserved, and the most it may hold
     * @return the context
     */
    public static LocalPoolContext fixed(final String name, final int count) {
        return new LocalPoolContext(name, count, count, 0);
    }
}
