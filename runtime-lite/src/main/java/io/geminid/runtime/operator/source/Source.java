package io.geminid.runtime.operator.source;

import io.geminid.runtime.operator.context.OperatorContext;
import java.util.List;

/**
 * Where records come from. Immutable and shared by all subtasks.
 *
 * @param <T> type of the records
 * @param <S> what describes a split
 */
public interface Source<T, S> {

    /**
     * Whether it ends.
     *
     * @return known before the job starts
     */
    Boundedness boundedness();

    /**
     * Divides the source. Split {@code i} is read by subtask {@code i % parallelism}.
     *
     * @param context of the subtask that asks; every subtask must get an equal list
     * @return the splits
     * @throws Exception fails the task
     */
    List<S> splits(OperatorContext context) throws Exception;

    /**
     * Starts to read a split.
     *
     * @param split which
     * @param context of the subtask that reads
     * @param onAvailable to be called, by any thread, when there may be something again after
     *     {@link io.geminid.runtime.operator.InputStatus#NOTHING_AVAILABLE}
     * @return the reader, closed by the caller
     * @throws Exception fails the task
     */
    SplitReader<T> open(S split, OperatorContext context, Runnable onAvailable) throws Exception;
}
