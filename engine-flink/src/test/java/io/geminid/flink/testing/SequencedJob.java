package io.geminid.flink.testing;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * Numbers that a keyed operator must see each once and in order, over all restarts: what is lost,
 * repeated or overtaken on the way, also by a checkpoint or a recovery, fails the job for good.
 */
public final class SequencedJob {

    /** Keys; each gets every KEYS-th number. */
    public static final int KEYS = 64;

    /** Name of the accumulator that counts keys which got all of their numbers. */
    public static final String COMPLETE = "complete";

    /** What the operator says when a number is lost, repeated or overtaken. */
    public static final String OUT_OF_ORDER = "number out of order";

    /** Completed checkpoints after which the operator fails once, for clusters of this VM. */
    private static final AtomicInteger CHECKPOINTS_TO_FAILURE = new AtomicInteger();

    private SequencedJob() {}

    /**
     * How much, and how fast.
     *
     * @param numbers to send, a multiple of {@link #KEYS}
     * @param payloadBytes that go with each
     * @param parkNs time that the operator takes for each number, until it has failed
     */
    public record Load(long numbers, int payloadBytes, long parkNs)
            implements java.io.Serializable {}

    /** Makes the next job fail once after so many checkpoints, and be fast from then on. */
    public static void failAfterCheckpoints(final int count) {
        CHECKPOINTS_TO_FAILURE.set(count);
    }

    /** The job. */
    public static JobGraph graph(
            final Configuration configuration, final int parallelism, final Load load) {
        final StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(parallelism);
        final int payloadBytes = load.payloadBytes();
        env.fromSequence(0, load.numbers() - 1)
                .setParallelism(1)
                .map(n -> Tuple2.of(n, payload(n, payloadBytes)))
                .returns(Types.TUPLE(Types.LONG, Types.PRIMITIVE_ARRAY(Types.BYTE)))
                .setParallelism(1)
                .keyBy(n -> n.f0 % KEYS)
                .process(new InOrder(load))
                .sinkTo(new DiscardingSink<>());
        return env.getStreamGraph().getJobGraph();
    }

    private static byte[] payload(final long number, final int bytes) {
        final byte[] payload = new byte[bytes];
        java.util.Arrays.fill(payload, (byte) number);
        return payload;
    }

    private static final class InOrder
            extends KeyedProcessFunction<Long, Tuple2<Long, byte[]>, Long>
            implements CheckpointListener {
        private static final long serialVersionUID = 1L;
        private final Load load;
        private final LongCounter complete = new LongCounter();
        private transient ValueState<Long> last;
        private transient boolean slow;

        InOrder(final Load load) {
            this.load = load;
        }

        @Override
        public void open(final OpenContext context) {
            last = getRuntimeContext().getState(new ValueStateDescriptor<>("last", Types.LONG));
            getRuntimeContext().addAccumulator(COMPLETE, complete);
            slow = getRuntimeContext().getTaskInfo().getAttemptNumber() == 0;
        }

        @Override
        public void processElement(
                final Tuple2<Long, byte[]> element,
                final Context context,
                final Collector<Long> out)
                throws Exception {
            if (slow && load.parkNs() > 0) {
                LockSupport.parkNanos(load.parkNs());
            }
            final Long before = last.value();
            final long expected = before == null ? context.getCurrentKey() : before + KEYS;
            if (element.f0 != expected) {
                throw new IllegalStateException(
                        OUT_OF_ORDER + ": number=" + element.f0 + " expected=" + expected);
            }
            for (final byte each : element.f1) {
                if (each != element.f0.byteValue()) {
                    throw new IllegalStateException("number=" + element.f0 + " payload=" + each);
                }
            }
            last.update(element.f0);
            if (element.f0 >= load.numbers() - KEYS) {
                complete.add(1L);
            }
            out.collect(element.f0);
        }

        @Override
        public void notifyCheckpointComplete(final long checkpointId) {
            if (getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0
                    && CHECKPOINTS_TO_FAILURE.get() > 0
                    && CHECKPOINTS_TO_FAILURE.decrementAndGet() == 0) {
                throw new IllegalStateException("as the test wanted it");
            }
        }
    }
}
