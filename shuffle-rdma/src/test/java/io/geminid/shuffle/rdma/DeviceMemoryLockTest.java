package io.geminid.shuffle.rdma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.memory.alloc.DirectSlabAllocator;
import io.geminid.memory.debug.DebugLevel;
import io.geminid.testing.PoolExtension;
import io.geminid.verbs.info.MemoryLock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Too little lockable memory, under both policies: said in one line with the remedy, and then
 * refusal or TCP; and while a pool grows. Needs a limit to be set.
 */
@Tag("rdma-memlock")
final class DeviceMemoryLockTest {

    private static final int FRAMES = 400;
    private static final SegmentOwner GROWTH = SegmentOwner.named("test-growth");

    private long limit;

    @BeforeEach
    void readLimit() throws IOException {
        limit = MemoryLock.current().softBytes();
        assertThat(limit).isLessThan(1L << 30);
    }

    private static RdmaTransportContext context() {
        return DeviceHarness.context(DeviceHarness.address(0));
    }

    private static SegmentPoolContext memory(final long slabBytes, final long maxBytes) {
        return new SegmentPoolContext(
                PoolExtension.SEGMENT_BYTES,
                (int) slabBytes,
                maxBytes,
                DebugLevel.OFF,
                new DirectSlabAllocator());
    }

    /** A slab that is larger than the limit. */
    private SegmentPoolContext tooLarge() {
        final long slabBytes = Long.highestOneBit(limit) << 1;
        return memory(slabBytes, slabBytes);
    }

    @Test
    void whoeverAsksForRdmaIsRefused() {
        assertThatThrownBy(() -> DeviceEnd.rdma(0, context(), tooLarge()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no memory can be registered")
                .hasMessageContaining("memlockSoftBytes=" + limit)
                .hasMessageContaining("fix=");
    }

    @Test
    void whoeverLeavesTheChoiceUsesTcp() throws Exception {
        try (DeviceSessions sessions =
                new DeviceSessions(
                        DeviceEnd.auto(0, context(), tooLarge()), DeviceEnd.auto(1, context()))) {
            sessions.sendBothWays(0, FRAMES);
            sessions.awaitAll(FRAMES);
            for (final DeviceEnd each : List.of(sessions.a, sessions.b)) {
                assertThat(each.fallback.fallbackCounters().startedSure()).isOne();
                assertThat(each.fallback.fallbackCounters().startedFast()).isZero();
            }
        }
    }

    // F34
    @Test
    void aPoolThatGrowsBeyondTheLimitGoesOnWithCopies() throws Exception {
        final long slabBytes = limit / 8;
        final DeviceEnd small = DeviceEnd.rdma(0, context());
        final DeviceEnd grown = DeviceEnd.rdma(1, context(), memory(slabBytes, 2 * limit));
        final List<Segment> held = new ArrayList<>();
        final LocalSegmentPool growth =
                grown.whole.createLocalPool(
                        new LocalPoolContext("growth", 0, Integer.MAX_VALUE >> 1, 0));
        try (DeviceSessions sessions = new DeviceSessions(small, grown)) {
            // Those that are registered come first; what is left is not.
            final long most = 3 * limit / 2 / PoolExtension.SEGMENT_BYTES;
            for (int i = 0; i < most; i++) {
                held.add(growth.poll(GROWTH));
            }
            assertThat(held).doesNotContainNull();
            sessions.sendBothWays(0, FRAMES);
            sessions.awaitAll(FRAMES);
            assertThat(small.handler.closed()).isNull();
            held.forEach(Segment::close);
            held.clear();
            growth.close();
        }
        System.out.println("grown: " + grown.rdma.rdmaCounters());
        // Payload that the NIC could not put where it belongs.
        assertThat(grown.rdma.rdmaCounters().copiedBytes()).isPositive();
    }
}
