package io.geminid.runtime.operator.source;

import io.geminid.runtime.operator.InputStatus;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.util.List;

/**
 * A source of lists, one a split.
 *
 * @param splits the records of each split
 * @param boundedness what it says of itself
 * @param <T> type of the records
 */
public record ListSource<T>(List<List<T>> splits, Boundedness boundedness)
        implements Source<T, List<T>> {

    /**
     * A bounded source.
     *
     * @param splits the records of each split
     * @param <T> type of the records
     * @return the source
     */
    public static <T> ListSource<T> of(final List<List<T>> splits) {
        return new ListSource<>(splits, Boundedness.BOUNDED);
    }

    @Override
    public List<List<T>> splits(final OperatorContext context) {
        return splits;
    }

    @Override
    public SplitReader<T> open(
            final List<T> split, final OperatorContext context, final Runnable onAvailable) {
        return new Reader<>(split);
    }

    private static final class Reader<T> implements SplitReader<T> {
        private final List<T> records;
        private int position;

        Reader(final List<T> records) {
            this.records = records;
        }

        @Override
        public InputStatus pollNext(final RecordCollector<T> out) {
            if (position == records.size()) {
                return InputStatus.END;
            }
            out.collect(records.get(position++), Watermarks.NO_TIMESTAMP);
            return InputStatus.MORE;
        }

        @Override
        public void writePosition(final RecordOutput out) {
            out.putInt(position);
        }

        @Override
        public void seek(final RecordInput in) {
            position = in.getInt();
        }

        @Override
        public void close() {}
    }
}
