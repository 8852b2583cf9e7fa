package io.geminid.shuffle.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.partition.PartitionProvider;
import io.geminid.shuffle.partition.PartitionRegistry;
import io.geminid.shuffle.partition.PipelinedResultPartition;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A gate, its producers here and there, and time in the hands of the test. */
abstract class GateFixture {

    static final UUID HERE = new UUID(0, 1);
    static final UUID THERE = new UUID(0, 2);
    static final InetSocketAddress ADDRESS = InetSocketAddress.createUnresolved("there", 1);
    static final int SEGMENTS = 32;

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    final PartitionRegistry registry = new PartitionRegistry();
    PartitionProvider provider = registry;
    final HandNetwork network = new HandNetwork();
    final Deque<Long> delaysNs = new ArrayDeque<>();
    final Deque<Runnable> retries = new ArrayDeque<>();
    final InputElement element = new InputElement();
    SegmentPool pool;
    LocalSegmentPool gatePool;

    static ShuffleDescriptor descriptor(final int producer, final UUID process) {
        return new ShuffleDescriptor(
                "test",
                new PartitionDescriptor(
                        new ResultPartitionId(1, 0, producer, 0), ResultPartitionType.PIPELINED, 1),
                process,
                ADDRESS);
    }

    PipelinedInputGate gate(
            final int exclusive, final int floating, final ShuffleDescriptor... producers) {
        final List<SubpartitionSource> sources = new ArrayList<>();
        for (final ShuffleDescriptor producer : producers) {
            sources.add(new SubpartitionSource(producer, 0));
        }
        if (pool == null) {
            pool = pools.pool(SEGMENTS);
        }
        final int own = exclusive * producers.length;
        gatePool = pool.createLocalPool(new LocalPoolContext("input", own + 1, own + floating, 0));
        final GateContext context =
                new GateContext(
                        "test",
                        HERE,
                        exclusive,
                        100_000_000L,
                        (delayNs, task) -> {
                            delaysNs.add(delayNs);
                            retries.add(task);
                        });
        return new PipelinedInputGate(context, sources, gatePool, provider, network);
    }

    PipelinedInputGate openGate(
            final int exclusive, final int floating, final ShuffleDescriptor... producers) {
        final PipelinedInputGate gate = gate(exclusive, floating, producers);
        gate.requestPartitions();
        return gate;
    }

    PipelinedResultPartition localPartition(final int producer) {
        if (pool == null) {
            pool = pools.pool(SEGMENTS);
        }
        final PipelinedResultPartition partition =
                new PipelinedResultPartition(
                        new ResultPartitionId(1, 0, producer, 0),
                        1,
                        4,
                        pool.createLocalPool(LocalPoolContext.fixed("output", 4)),
                        registry::remove);
        registry.add(partition);
        return partition;
    }

    static void write(final PipelinedResultPartition partition, final int value)
            throws InterruptedException {
        partition.beginRecord(0).putInt(value);
        partition.endRecord();
    }

    /** The first int of the next data element. */
    int pollValue(final PipelinedInputGate gate) throws IOException {
        assertThat(gate.poll(element)).isTrue();
        final Buffer data = element.buffer();
        final int value = data.memory().getInt(data.offset());
        data.release();
        return value;
    }
}
