import java.util.Locale;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** An ordinary Flink program, which knows nothing of Geminid: counts how often each of many keys comes. */
public final class StateDemo {

    private StateDemo() {}

    public static void main(final String[] args) throws Exception {
        final long keys = args.length > 0 ? Long.parseLong(args[0]) : 100_000;
        final long rounds = args.length > 1 ? Long.parseLong(args[1]) : 10;
        final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.fromSequence(0, keys * rounds - 1)
                .map(n -> scrambled(n % keys))
                .returns(Types.LONG)
                .keyBy(n -> n)
                .map(new Count(rounds))
                .sinkTo(new DiscardingSink<>());
        final JobExecutionResult result = env.execute("state demo");
        final long complete = result.getAccumulatorResult("complete");
        System.out.println("keys=" + keys + " rounds=" + rounds + (complete == keys ? " all counted" : " counted=" + complete)
                + String.format(Locale.ROOT, " seconds=%.1f", result.getNetRuntime() / 1e3));
        if (complete != keys) {
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
        private final long rounds;
        private transient ValueState<Long> count;

        Count(final long rounds) {
            this.rounds = rounds;
        }

        @Override
        public void open(final OpenContext context) {
            count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
            getRuntimeContext().addAccumulator("complete", complete);
        }

        @Override
        public Long map(final Long key) throws Exception {
            final Long before = count.value();
            final long now = before == null ? 1 : before + 1;
            count.update(now);
            if (now == rounds) {
                complete.add(1L);
            }
            return now;
        }
    }
}
