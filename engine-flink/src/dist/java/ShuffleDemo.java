import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** An ordinary Flink program, which knows nothing of Geminid: numbers with a payload, by key. */
public final class ShuffleDemo {

    private ShuffleDemo() {}

    public static void main(final String[] args) throws Exception {
        final long numbers = args.length > 0 ? Long.parseLong(args[0]) : 1_000_000;
        final int payloadBytes = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.fromSequence(1, numbers)
                .map(n -> Tuple2.of(n, new byte[payloadBytes]))
                .returns(Types.TUPLE(Types.LONG, Types.PRIMITIVE_ARRAY(Types.BYTE)))
                .keyBy(n -> n.f0 % 10_007)
                .map(new Count())
                .sinkTo(new DiscardingSink<>());
        final long count = env.execute("shuffle demo").getAccumulatorResult("count");
        System.out.println("numbers=" + count + (count == numbers ? " as sent" : " sent=" + numbers));
        if (count != numbers) {
            System.exit(1);
        }
    }

    private static final class Count extends RichMapFunction<Tuple2<Long, byte[]>, Long> {
        private static final long serialVersionUID = 1L;
        private final LongCounter count = new LongCounter();

        @Override
        public void open(final OpenContext context) {
            getRuntimeContext().addAccumulator("count", count);
        }

        @Override
        public Long map(final Tuple2<Long, byte[]> value) {
            count.add(1L);
            return value.f0;
        }
    }
}
