package io.geminid.perf.shuffle.endpoint;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.perf.ConfigurationKeys;
import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/** What both ends of our stream share: a pool, an environment, and how to wait. */
public abstract class GeminidEndpoint implements Endpoint {

    /** The one partition that is sent. */
    public static final PartitionDescriptor PARTITION =
            new PartitionDescriptor(
                    new ResultPartitionId(1, 0, 0, 0), ResultPartitionType.PIPELINED, 1);

    /** Records between two looks at the world around: counters, interruption. */
    public static final int BATCH_RECORDS = 64;

    private static final long POOL_BYTES = 64L << 20;

    private final SegmentPool pool = new SegmentPool(SegmentPoolContext.ofMaxBytes(POOL_BYTES));
    private final ShuffleEnvironment environment;
    private final Semaphore available = new Semaphore(0);
    private volatile long bytes;
    private volatile long records;

    public GeminidEndpoint(final String service) {
        final GeminidProperties properties =
                GeminidProperties.of(
                        Map.of(ShuffleServices.SERVICE.name(), service), ConfigurationKeys.all());
        environment =
                ShuffleServices.load(GeminidEndpoint.class.getClassLoader())
                        .forJob(properties)
                        .createShuffleEnvironment(
                                new ShuffleEnvironmentContext(
                                        UUID.randomUUID(), properties, pool, System::nanoTime));
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
