package io.geminid.flink.testing;

import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Numbers through two shuffles, counted and added up; order is checked on the way. */
public final class CountedJob {

    private static final long KEYS = 997;

    private CountedJob() {}

    /** Runs the job and returns what came out of it. */
    public static Result run(
            final FlinkCluster cluster,
            final Configuration configuration,
            final int parallelism,
            final long numbers)
            throws Exception {
        final StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(parallelism);
        env.fromSequence(1, numbers)
                .rebalance()
                .map(n -> n)
                .returns(Long.class)
                .disableChaining()
                .keyBy(n -> n % KEYS)
                .map(new Count())
                .sinkTo(new DiscardingSink<>());
        final JobExecutionResult result =
                cluster.flink().executeJobBlocking(env.getStreamGraph().getJobGraph());
        return new Result(result.getAccumulatorResult("count"), result.getAccumulatorResult("sum"));
    }

    /** What came out. */
    public record Result(long count, long sum) {

        /** What must come out. */
        public static Result of(final long numbers) {
            return new Result(numbers, numbers * (numbers + 1) / 2);
        }
    }

    private static final class Count extends RichMapFunction<Long, Long> {
        private static final long serialVersionUID = 1L;
        private final LongCounter count = new LongCounter();
        private final LongCounter sum = new LongCounter();

        @Override
        public void open(final OpenContext context) {
            getRuntimeContext().addAccumulator("count", count);
            getRuntimeContext().addAccumulator("sum", sum);
        }

        @Override
        public Long map(final Long value) {
            count.add(1L);
            sum.add(value);
            return value;
        }
    }
}
