package io.geminid.shuffle.rdma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.memory.alloc.DirectSlabAllocator;
import io.geminid.memory.debug.DebugLevel;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.verbs.Verbs;
import io.geminid.verbs.info.MemoryLock;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Too little lockable memory is said in one line, with the remedy; needs a limit to be set. */
@Tag("rdma-memlock")
final class DeviceMemoryLockTest {

    @Test
    void tooLittleLockableMemoryIsSaidAtTheStart() throws Exception {
        final long limit = MemoryLock.current().softBytes();
        assertThat(limit).isLessThan(1L << 30);
        final int slabBytes = (int) (Long.highestOneBit(limit) << 1);
        try (SegmentPool pool =
                new SegmentPool(
                        new SegmentPoolContext(
                                32 << 10,
                                slabBytes,
                                slabBytes,
                                DebugLevel.OFF,
                                new DirectSlabAllocator()))) {
            final RdmaTransport transport =
                    new RdmaTransport(
                            DeviceHarness.context(DeviceHarness.address(0)),
                            new Handshake(1, 1, 32 << 10, 1, 0, new UUID(1, 2)),
                            pool,
                            Verbs::provider);
            assertThatThrownBy(() -> transport.start(null))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no memory can be registered")
                    .hasMessageContaining("memlockSoftBytes=" + limit)
                    .hasMessageContaining("fix=");
            transport.close();
        }
    }
}
