package io.geminid.shuffle.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.credit.SenderCredit;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.event.ShuffleEvent;
import io.geminid.shuffle.event.UserEvent;
import io.geminid.shuffle.network.ChannelReceiver;
import io.geminid.shuffle.network.RemoteChannel;
import io.geminid.shuffle.partition.PartitionRegistry;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.RealThreads;
import io.geminid.testing.Seed;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A gate whose network, consumer and last holder of buffers are three threads, with less memory
 * than channels. A grant that is lost lets the test run out of time; one that comes out of order or
 * stands for no segment fails it.
 */
class GateThreadsTest {

    private static final int CHANNELS = 3;
    private static final int ELEMENTS = 30_000;

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    /** A producer far away: sends numbers, and now and then an event that blocks it. */
    private static final class Producer implements RemoteChannel {

        private final ChannelReceiver receiver;
        private final Random random;

        /** Guarded by itself. */
        private final SenderCredit credit;

        /** Guarded by credit. */
        private TransportException wrong;

        /** Guarded by credit. */
        private boolean blocked;

        private int sequence;
        private int value;
        private boolean ended;

        Producer(final ChannelReceiver receiver, final int initialCredit, final Random random) {
            this.receiver = receiver;
            this.credit = new SenderCredit(initialCredit, 1_000);
            this.random = random;
        }

        @Override
        public void grant(final long grantedTotal) {
            synchronized (credit) {
                try {
                    credit.grantTotal(grantedTotal);
                } catch (final TransportException e) {
                    wrong = e;
                }
            }
        }

        @Override
        public void resume(final long grantedTotal) {
            synchronized (credit) {
                try {
                    credit.resumeTotal(grantedTotal);
                } catch (final TransportException e) {
                    wrong = e;
                }
                blocked = false;
            }
        }

        @Override
        public void acknowledgeAllRecordsProcessed() {}

        @Override
        public void close() {}

        /** Sends what it may. */
        void work() throws TransportException {
            final boolean mayEvent;
            final boolean mayData;
            synchronized (credit) {
                if (wrong != null) {
                    throw wrong;
                }
                mayEvent = !blocked;
                mayData = mayEvent && credit.available();
            }
            if (!mayEvent || ended) {
                return;
            }
            final int backlog = Math.min(ELEMENTS - value, 1 + random.nextInt(3));
            if (value == ELEMENTS) {
                ended = true;
                send(new EndOfPartition());
            } else if (random.nextInt(200) == 0) {
                synchronized (credit) {
                    blocked = true;
                }
                send(new UserEvent(1, 0, true));
            } else if (mayData) {
                synchronized (credit) {
                    credit.use();
                }
                final Segment segment = receiver.segmentForData();
                // INV K1
                assertThat(segment).isNotNull();
                segment.putInt(0, value++);
                receiver.onData(segment, Integer.BYTES, sequence++, backlog - 1);
            } else {
                receiver.onBacklog(backlog);
            }
        }

        private void send(final ShuffleEvent event) {
            receiver.onEvent(new EventBuffer(event, false).memory(), sequence++, false);
        }
    }

    // INV K1, K2, K5, K7, K11
    @Test
    void creditsAreRightWhoeverRecycles() throws Exception {
        for (int exclusive = 0; exclusive < 3; exclusive++) {
            final int own = exclusive * CHANNELS;
            final LocalSegmentPool pool =
                    pools.pool(own + 2)
                            .createLocalPool(new LocalPoolContext("input", own + 1, own + 2, 0));
            final List<Producer> producers = new ArrayList<>();
            final PipelinedInputGate gate = gate(exclusive, pool, producers);
            gate.requestPartitions();
            final BlockingQueue<Buffer> others = new LinkedBlockingQueue<>();
            final Random consumerRandom = seed.fork();
            RealThreads.run(
                    3,
                    Duration.ofSeconds(120),
                    thread -> {
                        if (thread == 0) {
                            while (!producers.stream().allMatch(producer -> producer.ended)) {
                                for (final Producer producer : producers) {
                                    producer.work();
                                }
                                if (Thread.interrupted()) {
                                    throw new InterruptedException();
                                }
                            }
                        } else if (thread == 1) {
                            consume(gate, others, consumerRandom);
                        } else {
                            releaseAll(others);
                        }
                    });
            gate.checkLedgers(pool.held());
            gate.close();
            assertThat(pool.held()).isZero();
        }
    }

    private PipelinedInputGate gate(
            final int exclusive, final LocalSegmentPool pool, final List<Producer> producers) {
        final List<SubpartitionSource> sources = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            sources.add(
                    new SubpartitionSource(
                            new ShuffleDescriptor(
                                    "test",
                                    new PartitionDescriptor(
                                            new ResultPartitionId(1, 0, i, 0),
                                            ResultPartitionType.PIPELINED,
                                            1),
                                    new UUID(0, 2),
                                    InetSocketAddress.createUnresolved("there", 1)),
                            0));
        }
        return new PipelinedInputGate(
                new GateContext("test", new UUID(0, 1), exclusive, 0, (delayNs, task) -> {}),
                sources,
                pool,
                new PartitionRegistry(),
                (address, partition, subpartition, initialCredit, receiver) -> {
                    final Producer producer = new Producer(receiver, initialCredit, seed.fork());
                    producers.add(producer);
                    return producer;
                });
    }

    private static void consume(
            final PipelinedInputGate gate, final BlockingQueue<Buffer> others, final Random random)
            throws Exception {
        final InputElement element = new InputElement();
        final int[] expected = new int[CHANNELS];
        final Thread self = Thread.currentThread();
        while (!gate.isFinished()) {
            if (!gate.poll(element)) {
                if (gate.awaitAvailable(() -> LockSupport.unpark(self))) {
                    LockSupport.park();
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            } else if (element.event() instanceof UserEvent) {
                gate.resumeConsumption(element.channel());
            } else if (element.buffer() != null) {
                final Buffer data = element.buffer();
                assertThat(data.memory().getInt(data.offset()))
                        .isEqualTo(expected[element.channel()]++);
                if (random.nextBoolean()) {
                    others.add(data);
                } else {
                    data.release();
                }
            }
        }
        assertThat(expected).containsOnly(ELEMENTS);
        others.add(new EventBuffer(new EndOfPartition(), false));
    }

    private static void releaseAll(final BlockingQueue<Buffer> others) throws InterruptedException {
        for (Buffer next = others.take(); next.kind() == Buffer.Kind.DATA; next = others.take()) {
            next.release();
        }
    }
}
