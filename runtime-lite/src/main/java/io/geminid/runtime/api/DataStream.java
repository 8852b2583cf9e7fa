package io.geminid.runtime.api;

import io.geminid.runtime.graph.exchange.Exchange;
import io.geminid.runtime.graph.exchange.ExchangeMode;
import io.geminid.runtime.graph.exchange.Partitioner;
import io.geminid.runtime.graph.stream.ChainingStrategy;
import io.geminid.runtime.graph.stream.EdgeSpec;
import io.geminid.runtime.graph.stream.NodeSettings;
import io.geminid.runtime.graph.stream.OperatorSpec;
import io.geminid.runtime.graph.stream.ResourceProfile;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.OutputTag;
import io.geminid.runtime.operator.SinkOperator;
import io.geminid.runtime.operator.TwoInputOperator;
import io.geminid.runtime.operator.function.FilterFunction;
import io.geminid.runtime.operator.function.FlatMapFunction;
import io.geminid.runtime.operator.function.KeySelector;
import io.geminid.runtime.operator.function.MapFunction;
import io.geminid.runtime.operator.function.ProcessFunction;
import io.geminid.runtime.operator.standard.FilterOperator;
import io.geminid.runtime.operator.standard.FlatMapOperator;
import io.geminid.runtime.operator.standard.MapOperator;
import io.geminid.runtime.operator.standard.ProcessOperator;
import io.geminid.serial.RecordSerializer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What an operator sends. Methods that add an operator return its stream; methods that say how
 * records travel ({@link #rebalance} and so on) hold for the operators added to what they return;
 * methods that say how the operator runs ({@link #parallelism} and so on) change the operator
 * behind this stream. One thread.
 *
 * @param <T> type of the records
 */
public final class DataStream<T> {

    private final StreamJob job;
    private final int node;
    private final EdgeSpec<T> edge;

    DataStream(final StreamJob job, final int node, final EdgeSpec<T> edge) {
        this.job = job;
        this.node = node;
        this.edge = edge;
    }

    /**
     * Makes one record of one.
     *
     * @param name of the operator
     * @param function what to do
     * @param serializer of the new records
     * @param <R> type of the new records
     * @return the new stream
     */
    public <R> DataStream<R> map(
            final String name,
            final MapFunction<? super T, ? extends R> function,
            final RecordSerializer<R> serializer) {
        return add(name, OperatorSpec.of("map", () -> new MapOperator<T, R>(function)), serializer);
    }

    /**
     * Chooses records.
     *
     * @param name of the operator
     * @param function which to pass on
     * @return the new stream
     */
    public DataStream<T> filter(final String name, final FilterFunction<? super T> function) {
        final OperatorSpec spec = OperatorSpec.of("filter", () -> new FilterOperator<T>(function));
        return add(name, spec, edge.serializer());
    }

    /**
     * Makes any number of records of one.
     *
     * @param name of the operator
     * @param function what to do
     * @param serializer of the new records
     * @param <R> type of the new records
     * @return the new stream
     */
    public <R> DataStream<R> flatMap(
            final String name,
            final FlatMapFunction<? super T, R> function,
            final RecordSerializer<R> serializer) {
        final OperatorSpec spec =
                OperatorSpec.of("flatMap", () -> new FlatMapOperator<T, R>(function));
        return add(name, spec, serializer);
    }

    /**
     * Sees timestamps and may use side outputs.
     *
     * @param name of the operator
     * @param function makes one for each subtask
     * @param serializer of the new records
     * @param <R> type of the new records
     * @return the new stream
     */
    public <R> DataStream<R> process(
            final String name,
            final Supplier<? extends ProcessFunction<? super T, R>> function,
            final RecordSerializer<R> serializer) {
        final OperatorSpec spec =
                OperatorSpec.of("process", () -> new ProcessOperator<T, R>(function.get()));
        return add(name, spec, serializer);
    }

    /**
     * Adds an operator of one's own.
     *
     * @param name of the operator
     * @param operator makes one for each subtask
     * @param serializer of the new records
     * @param <R> type of the new records
     * @return the new stream
     */
    public <R> DataStream<R> transform(
            final String name,
            final Supplier<? extends OneInputOperator<T, R>> operator,
            final RecordSerializer<R> serializer) {
        return add(name, OperatorSpec.of("operator", operator), serializer);
    }

    /**
     * Adds an operator of one's own with this stream as its first and another as its second input.
     *
     * @param name of the operator
     * @param second its second input
     * @param operator makes one for each subtask
     * @param serializer of the new records
     * @param <U> type of the records of the second input
     * @param <R> type of the new records
     * @return the new stream
     */
    public <U, R> DataStream<R> connect(
            final String name,
            final DataStream<U> second,
            final Supplier<? extends TwoInputOperator<T, U, R>> operator,
            final RecordSerializer<R> serializer) {
        final DataStream<R> result = add(name, OperatorSpec.of("connect", operator), serializer);
        job.addEdge(second.node, result.node, 1, second.edge);
        return result;
    }

    /**
     * Ends the stream.
     *
     * @param name of the operator
     * @param operator makes one for each subtask
     * @return the sink, to set how it runs; nothing comes out of it
     */
    public DataStream<Void> sink(
            final String name, final Supplier<? extends SinkOperator<? super T>> operator) {
        return add(name, OperatorSpec.of("sink", operator), null);
    }

    /**
     * Groups by key: what follows has state for each key.
     *
     * @param selector finds the key
     * @param keySerializer of the keys
     * @param <K> type of the keys
     * @return the grouped stream
     */
    public <K> KeyedStream<K, T> keyBy(
            final KeySelector<? super T, K> selector, final RecordSerializer<K> keySerializer) {
        return new KeyedStream<>(with(Partitioner.byKey(selector)), selector, keySerializer);
    }

    /**
     * @return the same stream, each record to every subtask of what follows
     */
    public DataStream<T> broadcast() {
        return with(Partitioner.of(Exchange.BROADCAST));
    }

    /**
     * @return the same stream, records to all subtasks of what follows in turn
     */
    public DataStream<T> rebalance() {
        return with(Partitioner.of(Exchange.REBALANCE));
    }

    /**
     * @return the same stream, records to a few subtasks of what follows in turn
     */
    public DataStream<T> rescale() {
        return with(Partitioner.of(Exchange.RESCALE));
    }

    /**
     * @return the same stream, records to the subtask with the same index
     */
    public DataStream<T> forward() {
        return with(Partitioner.of(Exchange.FORWARD));
    }

    /**
     * Chooses when results may be consumed.
     *
     * @param mode when
     * @return the same stream, travelling that way
     */
    public DataStream<T> exchangeMode(final ExchangeMode mode) {
        return new DataStream<>(job, node, edge.withMode(mode));
    }

    /**
     * Chooses who carries the records.
     *
     * @param service name of a shuffle service
     * @return the same stream, travelling that way
     */
    public DataStream<T> shuffleService(final String service) {
        return new DataStream<>(job, node, edge.withShuffleService(service));
    }

    /**
     * A side output of the operator behind this stream.
     *
     * @param tag which
     * @param <X> type of its records
     * @return its stream
     */
    public <X> DataStream<X> sideOutput(final OutputTag<X> tag) {
        final EdgeSpec<X> spec = StreamJob.edgeSpec(tag.serializer()).withSideOutput(tag);
        return new DataStream<>(job, node, spec);
    }

    /**
     * Sets the number of subtasks.
     *
     * @param subtasks how many
     * @return this
     */
    public DataStream<T> parallelism(final int subtasks) {
        return change(settings -> settings.withParallelism(subtasks));
    }

    /**
     * Sets the number of key groups; to be called after {@link #parallelism}.
     *
     * @param keyGroups how many
     * @return this
     */
    public DataStream<T> maxParallelism(final int keyGroups) {
        return change(settings -> settings.withMaxParallelism(keyGroups));
    }

    /**
     * Sets the slot sharing group.
     *
     * @param group subtasks of different operators in the same group may share a slot
     * @return this
     */
    public DataStream<T> slotSharingGroup(final String group) {
        return change(settings -> settings.withSlotSharingGroup(group));
    }

    /**
     * Has subtasks of the same index in the same slot as those of other operators.
     *
     * @param group of operators with the same parallelism and slot sharing group
     * @return this
     */
    public DataStream<T> coLocationGroup(final String group) {
        return change(settings -> settings.withCoLocationGroup(group));
    }

    /**
     * Says what a subtask needs.
     *
     * @param needs of this operator
     * @return this
     */
    public DataStream<T> resources(final ResourceProfile needs) {
        return change(settings -> settings.withResources(needs));
    }

    /**
     * Sets whether the operator may be in one task with its neighbours.
     *
     * @param strategy whether
     * @return this
     */
    public DataStream<T> chaining(final ChainingStrategy strategy) {
        return change(settings -> settings.withChaining(strategy));
    }

    <R> DataStream<R> add(
            final String name, final OperatorSpec spec, final RecordSerializer<R> serializer) {
        final int target = job.addNode(name, spec);
        job.addEdge(node, target, 0, edge);
        return new DataStream<>(job, target, StreamJob.edgeSpec(serializer));
    }

    RecordSerializer<T> serializer() {
        return edge.serializer();
    }

    private DataStream<T> with(final Partitioner<T> partitioner) {
        return new DataStream<>(job, node, edge.withPartitioner(partitioner));
    }

    private DataStream<T> change(final UnaryOperator<NodeSettings> change) {
        job.changeSettings(node, change);
        return this;
    }
}
