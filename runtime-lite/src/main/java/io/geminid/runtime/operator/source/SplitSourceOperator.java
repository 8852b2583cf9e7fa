package io.geminid.runtime.operator.source;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.InputStatus;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.SourceOperator;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.context.OperatorMetrics;
import io.geminid.runtime.operator.context.RestoredOperator;
import io.geminid.runtime.time.ProcessingTimeService;
import io.geminid.runtime.time.SplitWatermarks;
import io.geminid.runtime.time.WatermarkStrategy;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the splits of one subtask in turn, record by record, with timestamps and watermarks for
 * each split.
 *
 * @param <T> type of the records
 * @param <S> what describes a split
 */
public final class SplitSourceOperator<T, S> extends AbstractOperator<T>
        implements SourceOperator<T> {

    private final Source<T, S> source;
    private final WatermarkStrategy<T> strategy;
    private final List<OpenSplit<T>> openSplits = new ArrayList<>();
    private Runnable listener = () -> {};
    private ProcessingTimeService clock;
    private OperatorMetrics.Counter recordsRead;
    private ProcessingTimeService.Scheduled nextTick;
    private SplitWatermarks<T> watermarks;
    private int splitCount;
    private int turn;
    private boolean ended;

    /**
     * Makes an operator for one subtask.
     *
     * @param source what to read
     * @param strategy how to make timestamps and watermarks
     */
    public SplitSourceOperator(final Source<T, S> source, final WatermarkStrategy<T> strategy) {
        this.source = source;
        this.strategy = strategy;
    }

    @Override
    public void onAvailable(final Runnable newListener) {
        listener = newListener;
    }

    @Override
    public void open(final OperatorContext newContext, final Output<T> newOutput) throws Exception {
        super.open(newContext, newOutput);
        clock = newContext.services().processingTime();
        recordsRead = newContext.metrics().counter(OperatorMetrics.RECORDS_READ);
        final List<S> splits = source.splits(newContext);
        final int parallelism = newContext.subtask().parallelism();
        for (int i = newContext.subtask().index(); i < splits.size(); i += parallelism) {
            final OpenSplit<T> split = new OpenSplit<>(this, openSplits.size());
            split.reader = source.open(splits.get(i), newContext, split::signal);
            openSplits.add(split);
        }
        splitCount = openSplits.size();
        watermarks = new SplitWatermarks<>(splitCount, strategy, newOutput);
        if (newContext.restored() != null) {
            restore(newContext.restored(), splits.size());
        }
        scheduleTick();
    }

    /**
     * Takes over the positions of this subtask's splits, whichever subtasks had them: split {@code
     * n} of the source is subtask {@code n % parallelism}'s, then as now.
     */
    private void restore(final RestoredOperator restored, final int splitsOfAll)
            throws IOException {
        final int before = restored.parallelism();
        final int parallelism = context().subtask().parallelism();
        final List<OpenSplit<T>> all = List.copyOf(openSplits);
        int found = 0;
        for (final int subtask : restored.states().keySet()) {
            final RecordInput in = restored.of(subtask);
            final int count = in == null ? 0 : in.getInt();
            if (count != (splitsOfAll - subtask + before - 1) / before) {
                throw new IOException(
                        context().subtask()
                                + " splitsOfAll="
                                + splitsOfAll
                                + " restoredOfSubtask="
                                + count
                                + ": a source must have the splits that it had");
            }
            for (int i = 0; i < count; i++) {
                final int split = subtask + i * before;
                final boolean ours = split % parallelism == context().subtask().index();
                restoreSplit(in, ours ? all.get(split / parallelism) : null);
                found += ours ? 1 : 0;
            }
        }
        if (found != splitCount) {
            throw new IOException(
                    context().subtask() + " splits=" + splitCount + " restored=" + found);
        }
    }

    private void restoreSplit(final RecordInput in, final OpenSplit<T> split) throws IOException {
        final boolean open = in.getByte() != 0;
        final long watermark = in.getLong();
        final int positionBytes = in.getVarInt();
        final int position = in.skip(positionBytes);
        if (split == null) {
            return;
        }
        watermarks.restore(split.index, watermark);
        if (open) {
            final RecordInput own =
                    new RecordInput().wrap(in.buffer(), position, position + positionBytes);
            split.reader.seek(own);
        } else {
            openSplits.remove(split);
            watermarks.onSplitEnd(split.index);
            split.reader.close();
        }
    }

    @Override
    public void snapshot(final long checkpoint, final RecordOutput out) {
        final RecordOutput position = new RecordOutput();
        out.putInt(splitCount);
        for (int i = 0; i < splitCount; i++) {
            final OpenSplit<T> open = openSplit(i);
            out.putByte(open == null ? 0 : 1);
            out.putLong(watermarks.watermark(i));
            position.beginInScratch();
            if (open != null) {
                open.reader.writePosition(position);
            }
            out.putVarInt(position.length());
            out.putBytes(position.scratch(), 0, position.length());
        }
    }

    private OpenSplit<T> openSplit(final int index) {
        for (final OpenSplit<T> split : openSplits) {
            if (split.index == index) {
                return split;
            }
        }
        return null;
    }

    @Override
    public InputStatus emitNext() throws Exception {
        for (int tried = 0; tried < openSplits.size(); tried++) {
            if (turn >= openSplits.size()) {
                turn = 0;
            }
            final OpenSplit<T> split = openSplits.get(turn);
            if (!split.signaled) {
                turn++;
                continue;
            }
            split.signaled = false;
            switch (split.reader.pollNext(split)) {
                case MORE:
                    split.signaled = true;
                    turn++;
                    return InputStatus.MORE;
                case NOTHING_AVAILABLE:
                    watermarks.onEmpty(split.index, clock.currentTimeMillis());
                    turn++;
                    break;
                case END:
                    openSplits.remove(turn);
                    watermarks.onSplitEnd(split.index);
                    split.reader.close();
                    return openSplits.isEmpty() ? end() : InputStatus.MORE;
                default:
                    throw new AssertionError();
            }
        }
        return openSplits.isEmpty() ? end() : InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public void close() throws IOException {
        if (nextTick != null) {
            nextTick.cancel();
        }
        IOException failure = null;
        for (final OpenSplit<T> split : openSplits) {
            try {
                split.reader.close();
            } catch (final IOException e) {
                failure = e;
            }
        }
        openSplits.clear();
        if (failure != null) {
            throw failure;
        }
    }

    private InputStatus end() {
        if (!ended) {
            ended = true;
            if (nextTick != null) {
                nextTick.cancel();
            }
            watermarks.onEnd();
        }
        return InputStatus.END;
    }

    private void scheduleTick() {
        if (watermarks.tickMillis() > 0) {
            nextTick =
                    clock.schedule(
                            clock.currentTimeMillis() + watermarks.tickMillis(), this::onTick);
        }
    }

    private void onTick(final long timestampMillis) {
        for (final OpenSplit<T> split : openSplits) {
            if (split.signaled) {
                // It may have something that back-pressure keeps from being read: not empty.
                watermarks.onMaybeAvailable(split.index);
            }
        }
        watermarks.onTick(clock.currentTimeMillis());
        scheduleTick();
    }

    private void emit(final int split, final T value, final long sourceTimestampMillis) {
        recordsRead.increment();
        final long timestamp = watermarks.onRecord(split, value, sourceTimestampMillis);
        output().collect(value, timestamp);
        watermarks.afterRecord(split);
    }

    /** A split that is being read. */
    private static final class OpenSplit<T> implements SplitReader.RecordCollector<T> {

        private final SplitSourceOperator<T, ?> operator;
        private final int index;
        private SplitReader<T> reader;

        /** Whether it is worth asking; set by any thread, cleared by the task thread. */
        private volatile boolean signaled = true;

        OpenSplit(final SplitSourceOperator<T, ?> operator, final int index) {
            this.operator = operator;
            this.index = index;
        }

        void signal() {
            signaled = true;
            operator.listener.run();
        }

        @Override
        public void collect(final T value, final long sourceTimestampMillis) {
            operator.emit(index, value, sourceTimestampMillis);
        }
    }
}
