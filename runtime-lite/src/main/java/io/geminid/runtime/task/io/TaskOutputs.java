package io.geminid.runtime.task.io;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.exchange.ChannelSelector;
import io.geminid.runtime.graph.stream.EdgeSpec;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.task.checkpoint.ChannelState;
import io.geminid.runtime.task.checkpoint.CheckpointedOutputs;
import io.geminid.runtime.task.log.TaskLog;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.shuffle.partition.ResultPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All partitions of a task. Task thread only, except {@link #close} and {@link #fail}. */
public final class TaskOutputs implements CheckpointedOutputs {

    private final Runnable wake;
    private final TaskLog log;
    private final List<EdgeOutput<?>> outputs = new ArrayList<>();
    private final Map<Integer, EdgeOutput<?>> byEdge = new HashMap<>();
    private final List<OnceListener> available = new ArrayList<>();
    private final List<OnceListener> barriers = new ArrayList<>();
    private final List<OnceListener> processed = new ArrayList<>();
    private final List<OnceListener> consumed = new ArrayList<>();

    /**
     * Makes an empty set.
     *
     * @param wake wakes the task's thread; called by any thread
     * @param log gets what may be in flight when a checkpoint is taken; {@code null} for none
     */
    public TaskOutputs(final Runnable wake, final TaskLog log) {
        this.wake = wake;
        this.log = log;
    }

    /**
     * Adds the partition of an edge.
     *
     * @param place the edge; taking turns begins at the subtask's index
     * @param partition from now on closed by this
     */
    public void add(final EdgePlace place, final ResultPartition partition) {
        final boolean isLogged = log != null && !place.staysAligned();
        if (isLogged) {
            log.add(partition, place.outputs(partition.subpartitionCount()));
        }
        final EdgeOutput<?> output =
                output(place.edge().spec(), place, partition, isLogged && !log.isBeside());
        outputs.add(output);
        byEdge.put(place.edge().id(), output);
        available.add(new OnceListener(wake));
        barriers.add(new OnceListener(wake));
        processed.add(new OnceListener(wake));
        consumed.add(new OnceListener(wake));
    }

    private static <T> EdgeOutput<T> output(
            final EdgeSpec<T> spec,
            final EdgePlace place,
            final ResultPartition partition,
            final boolean isLogged) {
        final ChannelSelector<T> selector =
                spec.partitioner()
                        .selector(
                                partition.subpartitionCount(),
                                place.maxParallelism(),
                                place.subtask());
        return new EdgeOutput<>(place, partition, selector, spec.serializer(), isLogged);
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

    @Override
    public void emitBarrier(final CheckpointBarrier barrier, final ChannelState overtaken) {
        outputs.forEach(output -> output.emitBarrier(barrier, overtaken));
        flush();
    }

    @Override
    public void overtake(final CheckpointBarrier barrier, final ChannelState overtaken) {
        outputs.forEach(output -> output.overtake(barrier, overtaken));
    }

    @Override
    public long dataBytesMax() {
        long bytes = 0;
        for (final EdgeOutput<?> output : outputs) {
            bytes += output.partition().dataBytesMax();
        }
        return bytes;
    }

    @Override
    public boolean isBarrierTaken(final long checkpoint) {
        for (int i = 0; i < outputs.size(); i++) {
            final EdgeOutput<?> output = outputs.get(i);
            if (barriers.get(i).awaitBy(l -> output.awaitBarrierTaken(checkpoint, l))) {
                return false;
            }
        }
        return true;
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
