import java.nio.ByteBuffer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Payloads, by key, to a sink that sleeps for each; runs until it is cancelled. */
public final class PressureJob {

    private static final int KEYS = 100_003;

    private PressureJob() {}

    public static void main(final String[] args) throws Exception {
        final int recordBytes = Integer.parseInt(args[0]);
        final long sinkMillis = Long.parseLong(args[1]);
        final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.fromSequence(0, Long.MAX_VALUE - 1)
                .map(n -> ByteBuffer.allocate(recordBytes).putLong(n).array())
                .returns(byte[].class)
                .keyBy(payload -> ByteBuffer.wrap(payload).getLong() % KEYS)
                .map(
                        payload -> {
                            Thread.sleep(sinkMillis);
                            return payload;
                        })
                .returns(byte[].class)
                .sinkTo(new DiscardingSink<>());
        System.out.println("result job=" + env.executeAsync("back-pressure").getJobID());
    }
}
