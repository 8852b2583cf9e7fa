package io.geminid.shuffle.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.PoolSizing;
import io.geminid.memory.TooFewSegmentsException;
import io.geminid.shuffle.ShuffleMasterContext;
import io.geminid.shuffle.TaskShape;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ProducerDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.testing.PoolExtension;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StandardShuffleMasterTest {

    private static StandardShuffleMaster master(final String... entry) {
        final GeminidProperties properties =
                entry.length == 0
                        ? GeminidProperties.defaults()
                        : GeminidProperties.of(Map.of(entry[0], entry[1]), ShuffleOptions.KEYS);
        return new StandardShuffleMaster("test", new ShuffleMasterContext(properties));
    }

    // INV B4
    @Test
    void aPartitionIsLostWithItsProducersProcess() {
        final UUID process = new UUID(1, 2);
        final InetSocketAddress address = InetSocketAddress.createUnresolved("host", 7);
        final PartitionDescriptor partition =
                new PartitionDescriptor(
                        new ResultPartitionId(1, 2, 3, 4), ResultPartitionType.PIPELINED, 5);
        try (StandardShuffleMaster master = master()) {
            final ShuffleDescriptor descriptor =
                    master.registerPartitionWithProducer(
                                    partition, new ProducerDescriptor(process, address))
                            .join();

            assertThat(descriptor)
                    .isEqualTo(new ShuffleDescriptor("test", partition, process, address));
            master.releasePartitionExternally(descriptor);
            master.releasePartitionExternally(descriptor);
        }
    }

    @Test
    void aTaskNeedsALineForEachInputAndOutput() {
        final PoolSizing sizing = new PoolSizing();
        try (StandardShuffleMaster master = master()) {
            master.addSegmentsNeeded(
                    sizing,
                    new TaskShape(
                            "join", List.of(pipelined(4)), List.of(pipelined(8), pipelined(2))));
        }

        assertThat(sizing.total()).isEqualTo(5 + 17 + 5);
        assertThat(sizing.toString())
                .contains("join output 0", "4 subpartitions + 1")
                .contains("join input 0", "8 channels x 2 + 1 floating")
                .contains("join input 1", "2 channels x 2 + 1 floating")
                .contains("geminid.shuffle.exclusive-per-channel");
    }

    @Test
    void withoutExclusiveSegmentsAGateNeedsOneHoweverManyChannels() {
        final PoolSizing sizing = new PoolSizing();
        try (StandardShuffleMaster master = master("geminid.shuffle.exclusive-per-channel", "0")) {
            master.addSegmentsNeeded(
                    sizing, new TaskShape("sink", List.of(), List.of(pipelined(10_000))));
        }

        assertThat(sizing.total()).isEqualTo(1);
    }

    // INV K7: too little memory is found before anything starts.
    @Test
    void tooLittleMemoryNamesTheKeys() {
        final PoolSizing sizing = new PoolSizing();
        try (StandardShuffleMaster master = master()) {
            master.addSegmentsNeeded(
                    sizing, new TaskShape("sink", List.of(), List.of(pipelined(8))));
        }

        assertThatThrownBy(() -> sizing.requireFits(PoolExtension.context(16)))
                .isInstanceOf(TooFewSegmentsException.class)
                .hasMessageContaining("needed=17")
                .hasMessageContaining("geminid.shuffle.exclusive-per-channel");
    }

    private static TaskShape.Edge pipelined(final int count) {
        return new TaskShape.Edge(ResultPartitionType.PIPELINED, count);
    }

    private static TaskShape.Edge blocking(final int count) {
        return new TaskShape.Edge(ResultPartitionType.BLOCKING, count);
    }

    // INV K7
    @Test
    void blockingPartitionsNeedLittleForManySubpartitionsAndOneReaderForAll() {
        final PoolSizing sizing = new PoolSizing();
        try (StandardShuffleMaster master = master()) {
            master.addSegmentsNeeded(
                    sizing, new TaskShape("map", List.of(blocking(1_000)), List.of()));
            master.addSegmentsNeeded(
                    sizing, new TaskShape("map 2", List.of(blocking(2)), List.of()));
        }

        assertThat(sizing.total()).isEqualTo(32 + 4 + 16);
        assertThat(sizing.toString())
                .contains("map output 0", "1000 subpartitions, sorted")
                .containsOnlyOnce("disk reader")
                .contains("geminid.shuffle.blocking.read-segments");
    }
}
