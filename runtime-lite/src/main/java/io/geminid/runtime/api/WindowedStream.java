package io.geminid.runtime.api;

import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.OutputTag;
import io.geminid.runtime.window.CountWindowOperator;
import io.geminid.runtime.window.LateData;
import io.geminid.runtime.window.WindowAssigner;
import io.geminid.runtime.window.WindowContents;
import io.geminid.runtime.window.WindowFunction;
import io.geminid.runtime.window.WindowOperator;
import io.geminid.serial.RecordSerializer;
import io.geminid.state.kind.AggregateFunction;
import java.util.List;
import java.util.function.Supplier;

/**
 * A stream grouped by key and window. Immutable but for the job it belongs to; one thread.
 *
 * @param <K> type of the keys
 * @param <T> type of the records
 */
public final class WindowedStream<K, T> {

    private final KeyedStream<K, T> stream;
    private final WindowAssigner assigner;
    private final long count;
    private final LateData<T> lateData;

    WindowedStream(final KeyedStream<K, T> stream, final WindowAssigner assigner) {
        this(stream, assigner, 0, LateData.drop());
    }

    WindowedStream(final KeyedStream<K, T> stream, final long count) {
        this(stream, null, count, LateData.drop());
    }

    private WindowedStream(
            final KeyedStream<K, T> stream,
            final WindowAssigner assigner,
            final long count,
            final LateData<T> lateData) {
        this.stream = stream;
        this.assigner = assigner;
        this.count = count;
        this.lateData = lateData;
    }

    /**
     * Lets windows take late records; see {@link LateData}.
     *
     * @param millis how long after its end
     * @return a changed copy
     */
    public WindowedStream<K, T> allowedLateness(final long millis) {
        return with(new LateData<>(millis, lateData.sideOutput()));
    }

    /**
     * Sends records that are too late to a side output of the window operator.
     *
     * @param tag which
     * @return a changed copy
     */
    public WindowedStream<K, T> sideOutputLateData(final OutputTag<T> tag) {
        return with(new LateData<>(lateData.allowedLatenessMillis(), tag));
    }

    /**
     * Folds each window's records one by one.
     *
     * @param name of the operator
     * @param aggregate how to fold
     * @param accumulatorSerializer of the accumulator
     * @param function makes results of what was folded
     * @param serializer of the results
     * @param <A> type of the accumulator
     * @param <V> type of what was folded
     * @param <R> type of the results
     * @return the new stream
     */
    public <A, V, R> DataStream<R> aggregate(
            final String name,
            final AggregateFunction<T, A, V> aggregate,
            final RecordSerializer<A> accumulatorSerializer,
            final WindowFunction<K, V, R> function,
            final RecordSerializer<R> serializer) {
        final String kept =
                "aggregate=" + accumulatorSerializer.id() + "@" + accumulatorSerializer.version();
        final WindowContents<T, V> contents =
                WindowContents.aggregate(aggregate, accumulatorSerializer);
        return stream.add(name, describe(kept), operator(contents, function), serializer);
    }

    /**
     * Keeps each window's records and sees them all at once.
     *
     * @param name of the operator
     * @param function makes results of the records, which are in the order of arrival
     * @param serializer of the results
     * @param <R> type of the results
     * @return the new stream
     */
    public <R> DataStream<R> process(
            final String name,
            final WindowFunction<K, List<T>, R> function,
            final RecordSerializer<R> serializer) {
        final WindowContents<T, List<T>> contents = WindowContents.list(stream.serializer());
        return stream.add(name, describe("list"), operator(contents, function), serializer);
    }

    private <V, R> Supplier<OneInputOperator<T, R>> operator(
            final WindowContents<T, V> contents, final WindowFunction<K, V, R> function) {
        if (assigner == null) {
            return () -> new CountWindowOperator<>(stream.keySelector(), count, contents, function);
        }
        return () ->
                new WindowOperator<>(stream.keySelector(), assigner, contents, lateData, function);
    }

    private String describe(final String kept) {
        if (assigner == null) {
            return "countWindow(size=" + count + " " + kept + ")";
        }
        return "window(kind="
                + assigner.kind()
                + " domain="
                + assigner.domain()
                + " sizeMillis="
                + assigner.sizeMillis()
                + " slideMillis="
                + assigner.slideMillis()
                + " offsetMillis="
                + assigner.offsetMillis()
                + " allowedLatenessMillis="
                + lateData.allowedLatenessMillis()
                + " "
                + kept
                + ")";
    }

    private WindowedStream<K, T> with(final LateData<T> newLateData) {
        if (assigner == null) {
            throw new IllegalArgumentException("countWindow size=" + count + " knows no late data");
        }
        return new WindowedStream<>(stream, assigner, count, newLateData);
    }
}
