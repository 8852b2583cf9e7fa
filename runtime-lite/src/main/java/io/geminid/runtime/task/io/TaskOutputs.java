package io.geminid.runtime.task.io;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.exchange.ChannelSelector;
import io.geminid.runtime.graph.stream.EdgeSpec;
import io.geminid.runtime.operator.Output;
import io.geminid.shuffle.partition.ResultPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All partitions of a task. Task thread only, except {@link #close} and {@link #fail}. */
public final class TaskOutputs {

    private final Runnable wake;
    private final List<EdgeOutput<?>> outputs = new ArrayList<>();
    private final Map<Integer, EdgeOutput<?>> byEdge = new HashMap<>();
    private final List<OnceListener> available = new ArrayList<>();
    private final List<OnceListener> processed = new ArrayList<>();
    private final List<OnceListener> consumed = new ArrayList<>();

    /**
     * Makes an empty set.
     *
     * @param wake wakes the task's thread; called by any thread
     */
    public TaskOutputs(final Runnable wake) {
        this.wake = wake;
    }

    /**
     * Adds the partition of an edge.
     *
     * @param edge the edge
     * @param partition from now on closed by this
     * @param subtask index of the producing subtask, where taking turns begins
     * @param maxParallelism number of key groups of the consuming vertex
     */
    public void add(
            final JobEdge edge,
            final ResultPartition partition,
            final int subtask,
            final int maxParallelism) {
        final EdgeOutput<?> output = output(edge.spec(), partition, subtask, maxParallelism);
        outputs.add(output);
        byEdge.put(edge.id(), output);
        available.add(new OnceListener(wake));
        processed.add(new OnceListener(wake));
        consumed.add(new OnceListener(wake));
    }

    private static <T> EdgeOutput<T> output(
            final EdgeSpec<T> spec,
            final ResultPartition partition,
            final int subtask,
            final int maxParallelism) {
        final ChannelSelector<T> selector =
                spec.partitioner().selector(partition.subpartitionCount(), maxParallelism, subtask);
        return new EdgeOutput<>(partition, selector, spec.serializer());
    }

    /**
     * Where an operator writes the records of an edge.
     *
     * @param edge the edge
     * @return its output
     */
    public Output<?> of(final JobEdge edge) {
        return byEdge.get(edge.id());
    }

    /**
     * @return whether every partition can take a record without waiting (INV M3)
     */
    public boolean isAvailable() {
        for (int i = 0; i < outputs.size(); i++) {
            if (!outputs.get(i).partition().isAvailable()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Has the task's thread woken when every partition may be available.
     *
     * @return false if they are now
     */
    public boolean awaitAvailable() {
        for (int i = 0; i < outputs.size(); i++) {
            final ResultPartition partition = outputs.get(i).partition();
            if (available.get(i).awaitBy(partition::awaitAvailable)) {
                return true;
            }
        }
        return false;
    }

    /** Makes sure that readers know of everything written. To be called before the thread parks. */
    public void flush() {
        outputs.forEach(output -> output.partition().flush());
    }

    /** Says to every consumer that no more records come. */
    public void notifyEndOfData() {
        outputs.forEach(output -> output.partition().notifyEndOfData());
        flush();
    }

    /**
     * Whether consumers have processed all records.
     *
     * @return false if not; the task's thread is woken when they may have
     */
    public boolean isAllRecordsProcessed() {
        for (int i = 0; i < outputs.size(); i++) {
            final ResultPartition partition = outputs.get(i).partition();
            if (processed.get(i).awaitBy(partition::awaitAllRecordsProcessed)) {
                return false;
            }
        }
        return true;
    }

    /** Ends every partition in good order. */
    public void finish() {
        outputs.forEach(output -> output.partition().finish());
        flush();
    }

    /**
     * Whether consumers have read everything to the end.
     *
     * @return false if not; the task's thread is woken when they may have
     */
    public boolean isConsumed() {
        for (int i = 0; i < outputs.size(); i++) {
            final ResultPartition partition = outputs.get(i).partition();
            if (consumed.get(i).awaitBy(partition::awaitConsumed)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Tells every consumer that the task failed.
     *
     * @param cause why
     */
    public void fail(final Throwable cause) {
        outputs.forEach(output -> output.partition().fail(cause));
    }

    /** Gives every partition's segments back. Idempotent. */
    public void close() {
        outputs.forEach(output -> output.partition().close());
    }

    /**
     * @return records written so far
     */
    public long recordsOut() {
        return outputs.stream().mapToLong(EdgeOutput::records).sum();
    }

    /**
     * @return bytes of the records written so far
     */
    public long bytesOut() {
        return outputs.stream().mapToLong(EdgeOutput::bytes).sum();
    }
}
