package io.geminid.perf.blocking.exchange;

import io.geminid.perf.child.ChildLines;

/** A process that does an exchange as often as it is asked, and says what that took. */
public final class ExchangeChild {

    /** Asks for all records to be written; the answer is a sample. */
    public static final String WRITE = "write";

    /** Asks for all records to be read; the answer is a sample. */
    public static final String READ = "read";

    /** Asks for the files to be removed. */
    public static final String CLEAR = "clear";

    private ExchangeChild() {}

    /**
     * Serves until it is over, and closes the exchange.
     *
     * @param plan for what has to be read
     * @param exchange is measured
     * @throws Exception from the exchange, or if it read what was not written
     */
    public static void serve(final ExchangePlan plan, final Exchange exchange) throws Exception {
        try (exchange) {
            ChildLines.serve("", (word, arguments) -> answer(word, plan, exchange));
        }
    }

    private static Object answer(
            final String word, final ExchangePlan plan, final Exchange exchange) throws Exception {
        final ExchangeSample before = ExchangeSample.now();
        switch (word) {
            case WRITE -> exchange.write();
            case READ -> {
                final Tally read = exchange.read();
                if (!read.equals(plan.expected())) {
                    throw new IllegalStateException(
                            "read " + read + " expected " + plan.expected());
                }
            }
            case CLEAR -> exchange.clear();
            default -> throw new IllegalArgumentException(word);
        }
        return ExchangeSample.now().since(before);
    }
}
