package io.geminid.state.gemini.table;

/** The budget of a store is spent, and nothing in it can be thrown away. Fails the task. */
public final class OutOfStateMemoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OutOfStateMemoryException(final String store, final long logBytes, final int segments) {
        super(
                "store="
                        + store
                        + " segments="
                        + segments
                        + " recordBytes="
                        + logBytes
                        + ": its state does not fit into its share of memory; raise"
                        + " geminid.memory.max-bytes, geminid.state.gemini.memory-percent or the"
                        + " parallelism");
    }
}
