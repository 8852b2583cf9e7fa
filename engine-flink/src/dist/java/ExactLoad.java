import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * Numbers that every key must see each once and in order, over all restarts: what is lost, repeated, changed or overtaken
 * fails the job for good. It is slow until it is restarted, or until a file is there, so that there is time to kill
 * something. With calm=N, another job goes before it, of N numbers and as fast as it can. Arguments are name=value.
 */
public final class ExactLoad {

    private static final int KEYS = 64;

    /** Numbers between two looks for the file. */
    private static final int LOOK_EVERY = 1000;

    private ExactLoad() {}

    public static void main(final String[] args) throws Exception {
        final Map<String, String> given = Arguments.parse(args);
        final boolean calm = !given.containsKey("calm") || isExact("calm load", given, "calm", 0);
        final long restNs = Long.parseLong(given.getOrDefault("rest-ns", "2000000"));
        if (!isExact("exact load", given, "numbers", restNs) || !calm) {
            System.exit(1);
        }
    }

    private static boolean isExact(
            final String name, final Map<String, String> given, final String count, final long restNs) throws Exception {
        final long numbers = Long.parseLong(given.getOrDefault(count, "64000")) / KEYS * KEYS;
        final int bytes = Integer.parseInt(given.getOrDefault("bytes", "1000"));
        final Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        // Flink tries the slots of a lost TaskManager again before it knows.
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1000);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
                Duration.ofMillis(Long.parseLong(given.getOrDefault("restart-ms", "1000"))));
        final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.enableCheckpointing(Long.parseLong(given.getOrDefault("checkpoint-ms", "200")));
        env.getCheckpointConfig().enableUnalignedCheckpoints();
        env.fromSequence(0, numbers - 1)
                .setParallelism(1)
                .map(n -> Tuple2.of(n, payload(n, bytes)))
                .returns(Types.TUPLE(Types.LONG, Types.PRIMITIVE_ARRAY(Types.BYTE)))
                .setParallelism(1)
                .keyBy(n -> n.f0 % KEYS)
                .process(new InOrder(numbers, restNs, given.getOrDefault("slow-until", "")))
                .sinkTo(new DiscardingSink<>());
        final JobExecutionResult result = env.execute(name);
        final long complete = result.getAccumulatorResult("complete");
        System.out.printf(Locale.ROOT, "result job=%s numbers=%d keysComplete=%d%n", result.getJobID(), numbers, complete);
        return complete == KEYS;
    }

    private static byte[] payload(final long number, final int bytes) {
        final byte[] payload = new byte[bytes];
        Arrays.fill(payload, (byte) number);
        return payload;
    }

    private static final class InOrder extends KeyedProcessFunction<Long, Tuple2<Long, byte[]>, Long> {
        private static final long serialVersionUID = 1L;
        private final long numbers;
        private final long restNs;
        private final String slowUntil;
        private final LongCounter complete = new LongCounter();
        private transient ValueState<Long> last;
        private transient boolean slow;
        private transient long seen;

        InOrder(final long numbers, final long restNs, final String slowUntil) {
            this.numbers = numbers;
            this.restNs = restNs;
            this.slowUntil = slowUntil;
        }

        @Override
        public void open(final OpenContext context) {
            last = getRuntimeContext().getState(new ValueStateDescriptor<>("last", Types.LONG));
            getRuntimeContext().addAccumulator("complete", complete);
            slow = !slowUntil.isEmpty() || getRuntimeContext().getTaskInfo().getAttemptNumber() == 0;
        }

        @Override
        public void processElement(final Tuple2<Long, byte[]> element, final Context context, final Collector<Long> out)
                throws Exception {
            if (slow && restNs > 0) {
                LockSupport.parkNanos(restNs);
                slow = slowUntil.isEmpty() || ++seen % LOOK_EVERY != 0 || !Files.exists(Path.of(slowUntil));
            }
            final Long before = last.value();
            final long expected = before == null ? context.getCurrentKey() : before + KEYS;
            if (element.f0 != expected) {
                wrong("out of order: number=" + element.f0 + " expected=" + expected);
            }
            for (final byte each : element.f1) {
                if (each != element.f0.byteValue()) {
                    wrong("changed: number=" + element.f0 + " payload=" + each);
                }
            }
            last.update(element.f0);
            if (element.f0 >= numbers - KEYS) {
                complete.add(1L);
            }
            out.collect(element.f0);
        }

        /** A restart would hide it: whoever runs this looks for the word in the logs. */
        private static void wrong(final String what) {
            throw new IllegalStateException("NOT EXACT: " + what);
        }
    }
}
