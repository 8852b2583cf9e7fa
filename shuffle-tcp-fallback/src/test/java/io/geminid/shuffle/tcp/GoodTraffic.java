package io.geminid.shuffle.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
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
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Two environments of the service, as a worker would make them, and numbers that go from one to the
 * other for as long as the test likes.
 */
final class GoodTraffic implements AutoCloseable {

    private static final PartitionDescriptor PARTITION =
            new PartitionDescriptor(
                    new ResultPartitionId(1, 0, 0, 0), ResultPartitionType.PIPELINED, 1);

    private final ShuffleEnvironment producer;
    private final ShuffleEnvironment consumer;
    private final InetSocketAddress address;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread writing = new Thread(() -> guard(this::write), "good-writer");
    private final Thread reading = new Thread(() -> guard(this::read), "good-reader");
    private volatile long written;
    private volatile long read;

    private interface Body {
        void run() throws Exception;
    }

    GoodTraffic(final SegmentPool producerPool, final SegmentPool consumerPool) throws IOException {
        producer = environment(new UUID(0, 1), producerPool);
        consumer = environment(new UUID(0, 2), consumerPool);
        address = producer.start();
        consumer.start();
    }

    private static ShuffleEnvironment environment(final UUID id, final SegmentPool pool) {
        return new TcpShuffleServiceFactory()
                .createShuffleEnvironment(
                        new ShuffleEnvironmentContext(
                                id, GeminidProperties.defaults(), pool, System::nanoTime));
    }

    /** Where the producer listens. */
    InetSocketAddress address() {
        return address;
    }

    ShuffleEnvironment producer() {
        return producer;
    }

    long readSoFar() {
        return read;
    }

    GoodTraffic start() {
        writing.start();
        reading.start();
        return this;
    }

    private void guard(final Body body) {
        try {
            body.run();
        } catch (final Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private void write() throws InterruptedException {
        final Semaphore available = new Semaphore(0);
        try (ResultPartition partition = producer.createResultPartition("good", PARTITION)) {
            while (!stopped.get()) {
                while (!partition.isAvailable() && partition.awaitAvailable(available::release)) {
                    available.acquire();
                }
                partition.beginRecord(0).putLong(written);
                partition.endRecord();
                written++;
            }
            partition.notifyEndOfData();
            partition.finish();
            final Semaphore consumed = new Semaphore(0);
            if (partition.awaitConsumed(consumed::release)) {
                consumed.acquire();
            }
        }
    }

    private void read() throws IOException, InterruptedException {
        final ShuffleDescriptor descriptor =
                new ShuffleDescriptor("tcp", PARTITION, new UUID(0, 1), address);
        final Semaphore available = new Semaphore(0);
        try (InputGate gate =
                        consumer.createInputGate(
                                "good", List.of(new SubpartitionSource(descriptor, 0)));
                RawRecordReader reader = new RawRecordReader(gate, 1024)) {
            gate.requestPartitions();
            ReadStatus status = reader.next();
            while (status != ReadStatus.FINISHED) {
                if (status == ReadStatus.RECORD) {
                    final long number = reader.record().getLong();
                    if (number != read) {
                        throw new AssertionError("number=" + number + " expected=" + read);
                    }
                    read++;
                } else if (status == ReadStatus.NOTHING
                        && gate.awaitAvailable(available::release)) {
                    available.acquire();
                }
                status = reader.next();
            }
        }
    }

    /** Lets what was written arrive; all of it must, in order, once. */
    void stop() throws InterruptedException {
        stopped.set(true);
        writing.join(TimeUnit.SECONDS.toMillis(60));
        reading.join(TimeUnit.SECONDS.toMillis(60));
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
        assertThat(writing.isAlive() || reading.isAlive()).as("stuck").isFalse();
        assertThat(read).isEqualTo(written);
    }

    @Override
    public void close() {
        stopped.set(true);
        consumer.close();
        producer.close();
    }
}
