import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.accumulators.LongMinimum;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Counts how often each of many keys comes, in no order: a value is read and written for each record. Arguments are
 * name=value; what was measured is the line that begins with "result".
 */
public final class StateLoad {

    private StateLoad() {}

    public static void main(final String[] args) throws Exception {
        final Map<String, String> given = Arguments.parse(args);
        final long keys = Long.parseLong(given.getOrDefault("keys", "100000"));
        final long rounds = Long.parseLong(given.getOrDefault("rounds", "3"));
        final long checkpointMs = Long.parseLong(given.getOrDefault("checkpoint-ms", "0"));
        final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        if (checkpointMs > 0) {
            env.enableCheckpointing(checkpointMs);
        }
        env.fromSequence(0, keys * rounds - 1)
                .map(n -> scrambled(n % keys))
                .returns(Types.LONG)
                .keyBy(n -> n)
                .map(new Count(rounds))
                .sinkTo(new DiscardingSink<>());
        final JobExecutionResult result = env.execute("state load");
        final long complete = result.getAccumulatorResult("complete");
        final long fromNs = result.getAccumulatorResult("from");
        final long toNs = result.getAccumulatorResult("to");
        System.out.printf(Locale.ROOT, "result job=%s numbers=%d seconds=%.3f%n", result.getJobID(), keys * rounds, (toNs - fromNs) / 1e9);
        if (complete != keys) {
            System.err.println("keys=" + keys + " counted=" + complete);
            System.exit(1);
        }
    }

    /** Another number for each number, in no order: the multiplier is odd. */
    private static long scrambled(final long number) {
        final long mixed = number * 0x9E3779B97F4A7C15L;
        return mixed ^ mixed >>> 32;
    }

    private static final class Count extends RichMapFunction<Long, Long> {
        private static final long serialVersionUID = 1L;
        private final LongCounter complete = new LongCounter();
        private final LongMinimum from = new LongMinimum();
        private final LongMaximum to = new LongMaximum();
        private final long rounds;
        private transient ValueState<Long> count;
        private transient boolean begun;

        Count(final long rounds) {
            this.rounds = rounds;
        }

        @Override
        public void open(final OpenContext context) {
            count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
            getRuntimeContext().addAccumulator("complete", complete);
            getRuntimeContext().addAccumulator("from", from);
            getRuntimeContext().addAccumulator("to", to);
        }

        @Override
        public Long map(final Long key) throws Exception {
            if (!begun) {
                begun = true;
                from.add(System.nanoTime());
            }
            final Long before = count.value();
            final long now = before == null ? 1 : before + 1;
            count.update(now);
            if (now == rounds) {
                complete.add(1L);
            }
            return now;
        }

        @Override
        public void close() {
            to.add(System.nanoTime());
        }
    }
}
