package io.geminid.perf.shuffle.endpoint;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.perf.ConfigurationKeys;
import io.geminid.perf.TestNetwork;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.partition.ResultPartition;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/** What both ends of our stream share: a pool, an environment, and how to wait. */
public abstract class GeminidEndpoint implements Endpoint {

    /** The number of the partition that is sent. */
    static final int PARTITION = 0;

    /** The number of what comes back when records make round trips. */
    static final int ECHO = 1;

    /** Records between two looks at the world around: counters, interruption. */
    public static final int BATCH_RECORDS = 64;

    private static final String POOL_BYTES = "64mb";

    private final String service;
    private final ShuffleEnvironment environment;
    private final Semaphore available = new Semaphore(0);
    private volatile long bytes;
    private volatile long records;

    /**
     * @param service of the shuffle
     * @param end 0 or 1: which address of the test network is its, if there is one
     * @param setup common to both ends
     */
    GeminidEndpoint(final String service, final int end, final Setup setup) {
        this.service = service;
        final Map<String, String> entries = new HashMap<>(TestNetwork.entries(end));
        entries.put(SegmentPoolContext.MAX_BYTES.name(), POOL_BYTES);
        entries.putAll(setup.entries());
        entries.put(ShuffleServices.SERVICE.name(), service);
        final GeminidProperties properties = GeminidProperties.of(entries, ConfigurationKeys.all());
        final SegmentPool pool = new SegmentPool(SegmentPoolContext.from(properties));
        environment =
                ShuffleServices.load(GeminidEndpoint.class.getClassLoader())
                        .forJob(properties)
                        .createShuffleEnvironment(
                                new ShuffleEnvironmentContext(
                                        UUID.randomUUID(), properties, pool, System::nanoTime));
    }

    static PartitionDescriptor partition(final int number, final int subpartitions) {
        return new PartitionDescriptor(
                new ResultPartitionId(1, 0, 0, number),
                ResultPartitionType.PIPELINED,
                subpartitions);
    }

    final String service() {
        return service;
    }

    /** What a record has besides its number. */
    static ByteBuffer filling(final int recordBytes) {
        return ByteBuffer.allocateDirect(recordBytes - Long.BYTES);
    }

    /** Writes a record: a number and filling. */
    static void write(
            final ResultPartition partition,
            final int subpartition,
            final long number,
            final ByteBuffer filling)
            throws InterruptedException {
        final RecordOutput out = partition.beginRecord(subpartition);
        out.putLong(number);
        out.putBytes(filling);
        partition.endRecord();
    }

    public final ShuffleEnvironment environment() {
        return environment;
    }

    /** Makes progress visible to whoever samples. */
    public final void progress(final long bytesNow, final long recordsNow) {
        bytes = bytesNow;
        records = recordsNow;
    }

    /**
     * Waits until a one-shot listener was told.
     *
     * @param register takes the listener; false says that there is no need to wait
     */
    public final void await(final Predicate<Runnable> register) throws InterruptedException {
        if (register.test(available::release)) {
            available.acquire();
        }
    }

    @Override
    public final long bytes() {
        return bytes;
    }

    @Override
    public final long records() {
        return records;
    }
}
