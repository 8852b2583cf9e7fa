package io.geminid.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.memory.alloc.DirectSlabAllocator;
import io.geminid.memory.alloc.SlabAllocationException;
import io.geminid.memory.alloc.SlabAllocator;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.RealThreads;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.BufferUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each slab is announced once, before it is used and before it is gone. */
class SlabListenerTest {
    private static final SegmentOwner OWNER = SegmentOwner.named("test");

    @RegisterExtension final PoolExtension pools = new PoolExtension();

    /** Counts memory, and lets a test see what is freed. */
    private static final class CountingAllocator implements SlabAllocator {
        private final SlabAllocator real = new DirectSlabAllocator();
        private final Set<Long> allocated = new TreeSet<>();
        private boolean dry;

        @Override
        public ByteBuffer allocate(final int slabBytes, final int slabsLeft) {
            if (dry) {
                throw new SlabAllocationException("dry on purpose", null);
            }
            final ByteBuffer slab = real.allocate(slabBytes, slabsLeft);
            allocated.add(BufferUtil.address(slab));
            return slab;
        }

        @Override
        public void free(final ByteBuffer slab) {
            assertThat(allocated.remove(BufferUtil.address(slab))).isTrue();
            real.free(slab);
        }

        @Override
        public void requireRoom(final int slabBytes, final int slabCount) {
            real.requireRoom(slabBytes, slabCount);
        }

        @Override
        public String description() {
            return "counting";
        }
    }

    /** Remembers what it is told; may be made to throw. */
    static final class Recorder implements SlabListener {
        final List<String> calls = Collections.synchronizedList(new ArrayList<>());
        private int refusedId = -1;
        private boolean keeps;

        @Override
        public void slabAdded(final Slab slab) {
            calls.add("+" + slab.id());
            if (slab.id() == refusedId) {
                throw new IllegalStateException("cannot register on purpose");
            }
            slab.memory().getLong(0);
        }

        @Override
        public void slabRemoved(final Slab slab) {
            if (keeps) {
                throw new IllegalStateException("cannot deregister on purpose");
            }
            slab.memory().getLong(0);
            calls.add("-" + slab.id());
        }
    }

    private final CountingAllocator allocator = new CountingAllocator();

    private SegmentPool pool(final int segmentCount) {
        final SegmentPoolContext sizes = PoolExtension.context(segmentCount);
        return pools.pool(
                new SegmentPoolContext(
                        sizes.segmentBytes(),
                        sizes.segmentBytes(),
                        sizes.maxBytes(),
                        sizes.debug(),
                        allocator));
    }

    @Test
    void isToldOfEachSlabOnceWheneverItIsAdded() {
        final SegmentPool pool = pool(4);
        final Recorder early = new Recorder();
        final Recorder late = new Recorder();
        pool.addSlabListener(early);
        final LocalSegmentPool local = pool.createLocalPool(new LocalPoolContext("local", 2, 4, 0));
        assertThat(early.calls).containsExactly("+0", "+1");
        pool.addSlabListener(late);
        assertThat(late.calls).containsExactly("+0", "+1");
        SegmentPoolTest.takeAll(local).forEach(Segment::close);
        SegmentPoolTest.takeAll(local).forEach(Segment::close);
        assertThat(early.calls).containsExactly("+0", "+1", "+2", "+3");
        assertThat(late.calls).containsExactly("+0", "+1", "+2", "+3");
        assertThatThrownBy(() -> pool.addSlabListener(late))
                .isInstanceOf(IllegalArgumentException.class);
        pool.removeSlabListener(late);
        assertThat(late.calls.subList(4, 8)).containsExactly("-3", "-2", "-1", "-0");
        assertThatThrownBy(() -> pool.removeSlabListener(late))
                .isInstanceOf(IllegalArgumentException.class);
        pool.close();
        assertThat(early.calls.subList(4, 8)).containsExactly("-3", "-2", "-1", "-0");
        assertThat(late.calls).hasSize(8);
        assertThat(allocator.allocated).isEmpty();
        assertThatThrownBy(() -> pool.addSlabListener(new Recorder()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void isToldBeforeAnySegmentIsLent() {
        final SegmentPool pool = pool(64);
        final Set<Long> registered = Collections.synchronizedSet(new TreeSet<>());
        pool.addSlabListener(
                new SlabListener() {
                    @Override
                    public void slabAdded(final Slab slab) {
                        Thread.yield();
                        registered.add(slab.address());
                    }

                    @Override
                    public void slabRemoved(final Slab slab) {
                        registered.remove(slab.address());
                    }
                });
        final LocalSegmentPool local =
                pool.createLocalPool(new LocalPoolContext("local", 0, 64, 0));
        RealThreads.run(
                4,
                Duration.ofSeconds(20),
                thread -> {
                    final List<Segment> taken = SegmentPoolTest.takeAll(local);
                    for (final Segment segment : taken) {
                        assertThat(registered).contains(segment.slab().address());
                    }
                    taken.forEach(Segment::close);
                });
        assertThat(registered).hasSize(pool.allocated());
        pool.close();
        assertThat(registered).isEmpty();
    }

    @Test
    void whoeverRefusesASlabStopsThatTakerOnly() {
        final SegmentPool pool = pool(4);
        final Recorder first = new Recorder();
        final Recorder second = new Recorder();
        pool.addSlabListener(first);
        pool.addSlabListener(second);
        second.refusedId = 2;
        final LocalSegmentPool share = pool.createLocalPool(LocalPoolContext.fixed("share", 1));
        final LocalSegmentPool taker = pool.createLocalPool(new LocalPoolContext("taker", 0, 4, 0));
        final Segment borrowed = taker.poll(OWNER);
        assertThatThrownBy(() -> taker.poll(OWNER))
                .isInstanceOf(SlabAllocationException.class)
                .hasMessageContaining("slab=2")
                .hasRootCauseMessage("cannot register on purpose");
        assertThat(first.calls).containsExactly("+0", "+1", "+2", "-2");
        assertThat(second.calls).containsExactly("+0", "+1", "+2");
        assertThat(allocator.allocated).hasSize(2);
        assertThat(pool.allocated()).isEqualTo(2);
        share.poll(OWNER).close();
        final Segment again = taker.poll(OWNER);
        assertThat(again.slab().id()).as("a number is not used again").isEqualTo(3);
        again.close();
        borrowed.close();
    }

    @Test
    void aListenerThatRefusesWhenAddedIsNotAdded() {
        final SegmentPool pool = pool(4);
        final LocalSegmentPool local = pool.createLocalPool(LocalPoolContext.fixed("local", 3));
        final Recorder refuses = new Recorder();
        refuses.refusedId = 2;
        assertThatThrownBy(() -> pool.addSlabListener(refuses))
                .isInstanceOf(SlabAllocationException.class);
        assertThat(refuses.calls).containsExactly("+0", "+1", "+2", "-1", "-0");
        assertThat(SegmentPoolTest.takeAll(local)).hasSize(3).allSatisfy(Segment::close);
        pool.close();
        assertThat(refuses.calls).hasSize(5);
    }

    @Test
    void aSlabThatIsNotLetGoStaysMappedUntilItIs() {
        final SegmentPool pool = pool(2);
        final Recorder keeper = new Recorder();
        final Recorder other = new Recorder();
        pool.addSlabListener(keeper);
        pool.addSlabListener(other);
        pool.createLocalPool(LocalPoolContext.fixed("local", 2));
        keeper.keeps = true;
        assertThatThrownBy(pool::close).hasMessage("cannot deregister on purpose");
        assertThat(allocator.allocated).hasSize(2);
        keeper.keeps = false;
        pool.close();
        assertThat(allocator.allocated).isEmpty();
        assertThat(keeper.calls).containsExactly("+0", "+1", "-1", "-0");
        assertThat(other.calls).as("told once").containsExactly("+0", "+1", "-1", "-0");
    }

    @Test
    void aRefusedSlabThatIsNotLetGoStaysMappedUntilTheEnd() {
        final SegmentPool pool = pool(2);
        final Recorder keeper = new Recorder();
        final Recorder refuses = new Recorder();
        pool.addSlabListener(keeper);
        pool.addSlabListener(refuses);
        keeper.keeps = true;
        refuses.refusedId = 0;
        assertThatThrownBy(() -> pool.createLocalPool(LocalPoolContext.fixed("local", 1)))
                .isInstanceOf(SlabAllocationException.class)
                .hasSuppressedException(new IllegalStateException("cannot deregister on purpose"));
        assertThat(allocator.allocated).hasSize(1);
        assertThat(pool.allocated()).isZero();
        keeper.keeps = false;
        pool.createLocalPool(LocalPoolContext.fixed("local", 2));
        pool.close();
        assertThat(allocator.allocated).isEmpty();
        assertThat(keeper.calls).containsExactly("+0", "+1", "+2", "-2", "-1", "-0");
        assertThat(refuses.calls).containsExactly("+0", "+1", "+2", "-2", "-1");
    }

    @Test
    void aListenerCannotMakeThePoolGrow() {
        final SegmentPool pool = pool(4);
        final LocalSegmentPool local = pool.createLocalPool(new LocalPoolContext("local", 0, 4, 0));
        final SlabListener greedy =
                new SlabListener() {
                    @Override
                    public void slabAdded(final Slab slab) {
                        local.poll(OWNER);
                    }

                    @Override
                    public void slabRemoved(final Slab slab) {}
                };
        pool.addSlabListener(greedy);
        assertThatThrownBy(() -> local.poll(OWNER))
                .isInstanceOf(SlabAllocationException.class)
                .hasStackTraceContaining("must not make its pool grow");
        assertThat(allocator.allocated).isEmpty();
        pool.removeSlabListener(greedy);
        local.poll(OWNER).close();
    }

    @Test
    void whoeverIsWokenAndCannotGrowOwesNothing() { // INV K7
        final SegmentPool pool = pool(3);
        final LocalSegmentPool woken = pool.createLocalPool(new LocalPoolContext("woken", 0, 1, 0));
        final LocalSegmentPool thief = pool.createLocalPool(new LocalPoolContext("thief", 0, 3, 0));
        final LocalSegmentPool next = pool.createLocalPool(new LocalPoolContext("next", 0, 1, 0));
        final List<String> wakes = new ArrayList<>();
        final Segment only = woken.poll(OWNER);
        woken.awaitAvailable(() -> wakes.add("woken"));
        only.close();
        final List<Segment> taken = new ArrayList<>(List.of(thief.poll(OWNER)));
        allocator.dry = true;
        assertThatThrownBy(() -> woken.poll(OWNER)).hasMessage("dry on purpose");
        allocator.dry = false;
        taken.addAll(SegmentPoolTest.takeAll(thief));
        next.awaitAvailable(() -> wakes.add("next"));
        taken.remove(0).close();
        assertThat(wakes).containsExactly("woken", "next");
        next.decline();
        taken.forEach(Segment::close);
    }

    @Test
    void shareIsMemoryThatExists() { // INV K7
        final SegmentPool pool = pool(4);
        final LocalSegmentPool share = pool.createLocalPool(LocalPoolContext.fixed("share", 2));
        final LocalSegmentPool other = pool.createLocalPool(new LocalPoolContext("other", 0, 4, 0));
        allocator.dry = true;
        assertThatThrownBy(() -> other.poll(OWNER)).hasMessage("dry on purpose");
        assertThatThrownBy(() -> pool.createLocalPool(LocalPoolContext.fixed("late", 1)))
                .hasMessage("dry on purpose");
        assertThat(pool.floatingFree()).as("the share that failed is not counted").isEqualTo(2);
        assertThat(SegmentPoolTest.takeAll(share)).hasSize(2).allSatisfy(Segment::close);
    }
}
