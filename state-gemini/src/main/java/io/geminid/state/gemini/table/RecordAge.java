package io.geminid.state.gemini.table;

import java.nio.ByteBuffer;

/** Says of a state's records which are too old to be seen. Any thread. */
@FunctionalInterface
public interface RecordAge {

    /**
     * Whether nothing in a value can be seen any more, now and for ever.
     *
     * @param memory where it is
     * @param from index of its first byte
     * @param bytes its length
     * @return false in doubt
     */
    boolean isOver(ByteBuffer memory, int from, int bytes);
}
