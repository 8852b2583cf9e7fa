package io.geminid.runtime.window;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.context.OperatorMetrics;
import io.geminid.runtime.operator.function.Collector;
import io.geminid.runtime.operator.function.KeySelector;
import io.geminid.runtime.time.TimerService;
import io.geminid.runtime.time.Watermarks;
import io.geminid.state.StateStore;
import io.geminid.state.TimeDomain;
import java.util.List;

/**
 * Time windows over a keyed stream. See the package for when a window fires and when it is removed.
 * Every record is accounted for: {@code records in = on time + late but taken + late to the side
 * output + late and dropped}, the last three being counters.
 *
 * <p>Windows of processing time that are open when the input ends do not fire, as in Flink.
 *
 * @param <K> type of the keys
 * @param <T> type of the records
 * @param <V> what a window keeps
 * @param <R> type of the results
 */
public final class WindowOperator<K, T, V, R> extends AbstractOperator<R>
        implements OneInputOperator<T, R> {

    /** Counter: records that came after (one of) their windows had fired, and were taken. */
    public static final String LATE_RECORDS_TAKEN = "lateRecordsTaken";

    /** Counter: records that came too late and went to the side output. */
    public static final String LATE_RECORDS_SIDE_OUTPUT = "lateRecordsSideOutput";

    /** Counter: records that came too late and were dropped. */
    public static final String LATE_RECORDS_DROPPED = "lateRecordsDropped";

    private final KeySelector<? super T, K> keySelector;
    private final WindowAssigner assigner;
    private final WindowContents<T, V> contentsKind;
    private final LateData<T> lateData;
    private final WindowFunction<K, V, R> function;
    private final TimeDomain domain;
    private final Collector<R> collector = this::collect;
    private StateStore<K> state;
    private WindowContents.Handle<T, V> contents;
    private MergingWindows sessions;
    private TimerService<K, TimeWindow> timers;
    private OperatorMetrics.Counter lateTaken;
    private OperatorMetrics.Counter lateToSide;
    private OperatorMetrics.Counter lateDropped;

    // Of the record or window at hand.
    private T value;
    private boolean taken;
    private boolean takenLate;
    private long resultTimestampMillis;

    /**
     * Makes an operator for one subtask.
     *
     * @param keySelector finds the key
     * @param assigner which windows
     * @param contents how a window keeps its records
     * @param lateData what is done with late records
     * @param function makes results
     */
    public WindowOperator(
            final KeySelector<? super T, K> keySelector,
            final WindowAssigner assigner,
            final WindowContents<T, V> contents,
            final LateData<T> lateData,
            final WindowFunction<K, V, R> function) {
        this.keySelector = keySelector;
        this.assigner = assigner;
        this.contentsKind = contents;
        this.lateData = lateData;
        this.function = function;
        this.domain = assigner.domain();
    }

    @Override
    public void open(final OperatorContext newContext, final Output<R> newOutput) throws Exception {
        super.open(newContext, newOutput);
        state = newContext.keyedState();
        contents = contentsKind.open(state);
        sessions = assigner.isMerging() ? new MergingWindows(state) : null;
        timers =
                new TimerService<>(
                        state,
                        TimeWindow.SERIALIZER,
                        newContext.services().processingTime(),
                        this::onTimer);
        lateTaken = newContext.metrics().counter(LATE_RECORDS_TAKEN);
        lateToSide = newContext.metrics().counter(LATE_RECORDS_SIDE_OUTPUT);
        lateDropped = newContext.metrics().counter(LATE_RECORDS_DROPPED);
    }

    @Override
    public void processElement(final T newValue, final long timestampMillis) throws Exception {
        state.setCurrentKey(keySelector.keyOf(newValue));
        value = newValue;
        taken = false;
        takenLate = false;
        final List<TimeWindow> windows = assigner.windowsOf(timeOf(timestampMillis));
        for (final TimeWindow window : windows) {
            if (sessions != null) {
                addToSession(window);
            } else if (!isLate(window)) {
                addToWindow(window, window);
            }
        }
        if (!taken) {
            onLate(timestampMillis);
        } else if (takenLate) {
            lateTaken.increment();
        }
        value = null;
    }

    @Override
    public void processWatermark(final long watermark) throws Exception {
        timers.advanceWatermark(watermark);
        super.processWatermark(watermark);
    }

    @Override
    public void close() {
        if (timers != null) {
            timers.close();
        }
    }

    private long timeOf(final long timestampMillis) {
        if (domain == TimeDomain.PROCESSING_TIME) {
            return timers.now(domain);
        }
        if (timestampMillis == Watermarks.NO_TIMESTAMP) {
            throw new IllegalStateException(
                    "operator="
                            + context().subtask()
                            + " record without timestamp: event time needs a WatermarkStrategy"
                            + " that assigns timestamps");
        }
        return timestampMillis;
    }

    private void addToSession(final TimeWindow window) throws Exception {
        final List<TimeWindow> touching = sessions.touching(window);
        if (touching.isEmpty()) {
            if (!isLate(window)) {
                sessions.add(window);
                addToWindow(window, window);
            }
            return;
        }
        TimeWindow merged = window;
        for (final TimeWindow session : touching) {
            merged = merged.cover(session);
        }
        // A session that is there is not late, and merging moves no end back.
        assert !isLate(merged) : "session=" + merged;
        if (touching.size() > 1 || !merged.equals(touching.get(0))) {
            for (final TimeWindow session : touching) {
                timers.delete(domain, session, session.maxTimestamp());
                timers.delete(domain, session, removalTime(session));
            }
            sessions.merge(merged, touching, contents);
        }
        addToWindow(merged, sessions.contentsWindow(merged));
    }

    private void addToWindow(final TimeWindow window, final TimeWindow contentsWindow)
            throws Exception {
        taken = true;
        contents.add(contentsWindow, value);
        timers.register(domain, window, removalTime(window));
        if (domain == TimeDomain.EVENT_TIME && window.maxTimestamp() <= timers.now(domain)) {
            takenLate = true;
            fire(window, contentsWindow);
        } else {
            timers.register(domain, window, window.maxTimestamp());
        }
    }

    private void onLate(final long timestampMillis) {
        if (lateData.sideOutput() == null) {
            lateDropped.increment();
        } else {
            lateToSide.increment();
            output().collect(lateData.sideOutput(), value, timestampMillis);
        }
    }

    private void onTimer(
            final TimeDomain timerDomain, final K key, final TimeWindow window, final long time)
            throws Exception {
        final TimeWindow contentsWindow =
                sessions == null ? window : sessions.contentsWindow(window);
        if (contentsWindow == null) {
            return;
        }
        if (time == window.maxTimestamp()) {
            fire(window, contentsWindow);
        }
        if (time == removalTime(window)) {
            contents.clear(contentsWindow);
            if (sessions != null) {
                sessions.remove(window);
            }
        }
    }

    private void fire(final TimeWindow window, final TimeWindow contentsWindow) throws Exception {
        final V kept = contents.get(contentsWindow);
        if (kept != null) {
            resultTimestampMillis = window.maxTimestamp();
            function.apply(state.currentKey(), window, kept, collector);
        }
    }

    private void collect(final R result) {
        output().collect(result, resultTimestampMillis);
    }

    private boolean isLate(final TimeWindow window) {
        return domain == TimeDomain.EVENT_TIME && removalTime(window) <= timers.now(domain);
    }

    private long removalTime(final TimeWindow window) {
        return domain == TimeDomain.EVENT_TIME
                ? WindowAssigner.plus(window.maxTimestamp(), lateData.allowedLatenessMillis())
                : window.maxTimestamp();
    }
}
