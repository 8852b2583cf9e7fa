package io.geminid.perf.jmh;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.partition.ResultPartition;
import io.geminid.shuffle.record.RawRecordReader;
import io.geminid.shuffle.record.ReadStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A record from the writer through a subpartition and a channel of the same process to the reader:
 * what the record path costs without any link, and what it allocates ({@code -prof gc}).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RecordPathBenchmark {

    private static final int BATCH = 256;

    /** Payload of a record. */
    @Param({"16", "100", "1000"})
    public int recordBytes;

    private SegmentPool pool;
    private ShuffleEnvironment environment;
    private ResultPartition partition;
    private InputGate gate;
    private RawRecordReader reader;
    private ByteBuffer filling;

    /** Makes a partition and a gate that reads it. */
    @Setup
    public void open() throws IOException {
        final UUID process = new UUID(1, 2);
        final GeminidProperties properties = GeminidProperties.defaults();
        pool = new SegmentPool(SegmentPoolContext.ofMaxBytes(16 << 20));
        environment =
                ShuffleServices.load(RecordPathBenchmark.class.getClassLoader())
                        .forJob(properties)
                        .createShuffleEnvironment(
                                new ShuffleEnvironmentContext(
                                        process, properties, pool, System::nanoTime));
        final InetSocketAddress address = environment.start();
        final PartitionDescriptor descriptor =
                new PartitionDescriptor(
                        new ResultPartitionId(1, 0, 0, 0), ResultPartitionType.PIPELINED, 1);
        partition = environment.createResultPartition("writer", descriptor);
        gate =
                environment.createInputGate(
                        "reader",
                        List.of(
                                new SubpartitionSource(
                                        new ShuffleDescriptor("tcp", descriptor, process, address),
                                        0)));
        gate.requestPartitions();
        reader = new RawRecordReader(gate, recordBytes);
        filling = ByteBuffer.allocateDirect(recordBytes - Long.BYTES);
    }

    /** Gives everything back. */
    @TearDown
    public void close() {
        reader.close();
        gate.close();
        partition.close();
        environment.close();
        pool.close();
    }

    /**
     * Writes a batch and reads it.
     *
     * @return the sum of what was read
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long writeAndRead() throws IOException, InterruptedException {
        for (int i = 0; i < BATCH; i++) {
            final RecordOutput out = partition.beginRecord(0);
            out.putLong(i);
            out.putBytes(filling);
            partition.endRecord();
        }
        partition.flush();
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            if (reader.next() != ReadStatus.RECORD) {
                throw new IllegalStateException("record=" + i + " is missing");
            }
            sum += reader.record().getLong();
        }
        return sum;
    }
}
