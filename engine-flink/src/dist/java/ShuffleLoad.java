import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.accumulators.LongMinimum;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Records from every subtask to every other one: as fast as it goes, at a rate, or slower than the
 * readers would have it. Arguments are name=value; what was measured is the line that begins with "result".
 */
public final class ShuffleLoad {

    private static final long SETTLE_NS = 2_000_000_000L;

    /** Readers that are to be slow rest once for so many records. */
    private static final int REST_EVERY = 100;

    private ShuffleLoad() {}

    public static void main(final String[] args) throws Exception {
        final Map<String, String> given = Arguments.parse(args);
        final long numbers = Long.parseLong(given.getOrDefault("numbers", "1000000"));
        final int bytes = Integer.parseInt(given.getOrDefault("bytes", "100"));
        final long rate = Long.parseLong(given.getOrDefault("rate", "0"));
        final long restNs = Long.parseLong(given.getOrDefault("rest-ns", "0"));
        final long checkpointMs = Long.parseLong(given.getOrDefault("checkpoint-ms", "0"));
        final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        if (checkpointMs > 0) {
            env.enableCheckpointing(checkpointMs);
            env.getCheckpointConfig().enableUnalignedCheckpoints();
        }
        env.fromSequence(1, numbers)
                .map(new Paced(rate, bytes))
                .returns(Types.TUPLE(Types.LONG, Types.LONG, Types.PRIMITIVE_ARRAY(Types.BYTE)))
                .keyBy(n -> n.f0 % 10_007)
                .map(new Reader(restNs))
                .returns(Types.LONG)
                .sinkTo(new DiscardingSink<>());
        final JobExecutionResult result = env.execute("shuffle load");
        final long count = result.getAccumulatorResult("count");
        final long fromNs = result.getAccumulatorResult("from");
        final long toNs = result.getAccumulatorResult("to");
        final long[] latencies = result.getAccumulatorResult("latencies");
        System.out.printf(
                Locale.ROOT,
                "result job=%s numbers=%d seconds=%.3f p50us=%.1f p99us=%.1f p999us=%.1f%n",
                result.getJobID(), count, (toNs - fromNs) / 1e9,
                Latencies.quantile(latencies, 0.5), Latencies.quantile(latencies, 0.99), Latencies.quantile(latencies, 0.999));
        if (count != numbers) {
            System.err.println("numbers sent=" + numbers + " received=" + count);
            System.exit(1);
        }
    }

    /** Adds a payload and the moment at which the record should leave, which a slow shuffle does not put off. */
    private static final class Paced extends RichMapFunction<Long, Tuple3<Long, Long, byte[]>> {
        private static final long serialVersionUID = 1L;
        private final long rate;
        private final byte[] payload;
        private transient double periodNs;
        private transient long startNs;
        private transient long count;

        Paced(final long rate, final int bytes) {
            this.rate = rate;
            this.payload = new byte[bytes];
        }

        @Override
        public void open(final OpenContext context) {
            final int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
            periodNs = rate == 0 ? 0 : 1e9 * subtasks / rate;
        }

        @Override
        public Tuple3<Long, Long, byte[]> map(final Long number) {
            if (count == 0) {
                startNs = System.nanoTime();
            }
            final long dueNs = rate == 0 ? 0 : startNs + (long) (count * periodNs);
            count++;
            if (rate > 0) {
                for (long aheadNs = dueNs - System.nanoTime(); aheadNs > 0; aheadNs = dueNs - System.nanoTime()) {
                    LockSupport.parkNanos(aheadNs);
                }
            }
            // Code and sockets warm up first.
            return Tuple3.of(number, dueNs - startNs > SETTLE_NS ? dueNs : 0, payload);
        }
    }

    private static final class Reader extends RichMapFunction<Tuple3<Long, Long, byte[]>, Long> {
        private static final long serialVersionUID = 1L;
        private final long restNs;
        private final LongCounter count = new LongCounter();
        private final LongMinimum from = new LongMinimum();
        private final LongMaximum to = new LongMaximum();
        private final Latencies latencies = new Latencies();
        private transient long seen;

        Reader(final long restNs) {
            this.restNs = restNs;
        }

        @Override
        public void open(final OpenContext context) {
            getRuntimeContext().addAccumulator("count", count);
            getRuntimeContext().addAccumulator("from", from);
            getRuntimeContext().addAccumulator("to", to);
            getRuntimeContext().addAccumulator("latencies", latencies);
        }

        @Override
        public Long map(final Tuple3<Long, Long, byte[]> record) {
            if (seen++ == 0) {
                from.add(System.nanoTime());
            }
            if (record.f1 != 0) {
                latencies.add(System.nanoTime() - record.f1);
            }
            if (restNs > 0 && seen % REST_EVERY == 0) {
                LockSupport.parkNanos(restNs * REST_EVERY);
            }
            return record.f0;
        }

        @Override
        public void close() {
            count.add(seen);
            to.add(System.nanoTime());
        }
    }
}
