package io.geminid.runtime.operator.context;

import io.geminid.serial.RecordInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the subtasks of an operator wrote for the checkpoint that is restored.
 *
 * @param parallelism number of subtasks then; if it is the same now, only the subtask's own state
 *     is here, else that of all
 * @param states bytes by index of the subtask
 */
public record RestoredOperator(int parallelism, Map<Integer, byte[]> states) {

    /** Copies the map. */
    public RestoredOperator {
        states = new TreeMap<>(states);
    }

    /**
     * Reads what one subtask wrote.
     *
     * @param subtask its index then
     * @return {@code null} if it wrote nothing
     */
    public RecordInput of(final int subtask) {
        final byte[] state = states.get(subtask);
        if (state == null || state.length == 0) {
            return null;
        }
        final ByteBuffer bytes = ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN);
        return new RecordInput().wrap(bytes, 0, state.length);
    }
}
