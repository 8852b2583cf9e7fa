package io.geminid.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.geminid.memory.debug.DebugLevel;
import io.geminid.memory.debug.SegmentLeakException;
import io.geminid.memory.debug.SegmentLeakReport;
import io.geminid.testing.PoolExtension;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Shares, borrowing, growth, leaks and the end of a pool. */
class SegmentPoolTest {
    private static final SegmentOwner OWNER = SegmentOwner.named("test");
    private static final SegmentOwner INPUT = SegmentOwner.named("input-exclusive");

    @RegisterExtension final PoolExtension pools = new PoolExtension();

    @Test
    void shareIsGuaranteedAndNeverLentToOthers() { // INV K7
        final SegmentPool pool = pools.pool(16);
        final LocalSegmentPool patient = pool.createLocalPool(LocalPoolContext.fixed("patient", 4));
        final LocalSegmentPool greedy =
                pool.createLocalPool(new LocalPoolContext("greedy", 0, 1000, 1000));
        final List<Segment> taken = takeAll(greedy);
        assertThat(taken).hasSize(12);
        assertThat(greedy.pollOverdraft(OWNER)).isNull();
        assertThat(patient.availableNow()).isEqualTo(4);
        taken.addAll(takeAll(patient));
        assertThat(taken).hasSize(16);
        assertThat(pool.floatingFree()).isZero();
        taken.forEach(Segment::close);
    }

    @Test
    void sharesBorrowedAndFreeAddUpToTheCapacity() { // INV K4
        final SegmentPool pool = pools.pool(24);
        final LocalSegmentPool first = pool.createLocalPool(new LocalPoolContext("first", 3, 9, 0));
        final LocalSegmentPool second =
                pool.createLocalPool(new LocalPoolContext("second", 5, 9, 0));
        assertThat(pool.floatingFree()).isEqualTo(24 - 3 - 5);
        final List<Segment> taken = takeAll(first);
        assertThat(taken).hasSize(9);
        assertThat(pool.floatingFree()).isEqualTo(24 - 9 - 5);
        assertThat(pool.free()).isEqualTo(24 - 9);
        taken.remove(0).close();
        assertThat(pool.floatingFree())
                .as("what was borrowed goes back first")
                .isEqualTo(24 - 8 - 5);
        assertThat(second.availableNow()).isEqualTo(9);
        taken.forEach(Segment::close);
        assertThat(pool.floatingFree()).isEqualTo(24 - 3 - 5);
        first.close();
        assertThat(pool.floatingFree()).isEqualTo(24 - 5);
    }

    @Test
    void overdraftGoesBeyondMaxOutOfFloatingOnly() {
        final SegmentPool pool = pools.pool(8);
        final LocalSegmentPool local =
                pool.createLocalPool(new LocalPoolContext("writer", 2, 3, 2));
        final List<Segment> taken = takeAll(local);
        assertThat(taken).hasSize(3);
        taken.add(local.pollOverdraft(OWNER));
        assertThat(local.poll(OWNER)).isNull();
        assertThat(local.availableNow()).isZero();
        taken.add(local.pollOverdraft(OWNER));
        assertThat(local.pollOverdraft(OWNER)).isNull();
        assertThat(local.held()).isEqualTo(5);
        assertThat(pool.floatingFree()).isEqualTo(3);
        taken.remove(0).close();
        assertThat(local.poll(OWNER)).as("still above max").isNull();
        taken.forEach(Segment::close);
    }

    @Test
    void growsWhenNeededAndNeverBeyondTheCap() {
        final SegmentPoolContext context = PoolExtension.context(64);
        final SegmentPool pool = pools.pool(context);
        assertThat(pool.capacity()).isEqualTo(64);
        assertThat(pool.allocated()).isZero();
        final LocalSegmentPool share = pool.createLocalPool(LocalPoolContext.fixed("share", 9));
        assertThat(pool.allocated()).as("the share's memory exists").isEqualTo(16);
        final LocalSegmentPool local =
                pool.createLocalPool(new LocalPoolContext("local", 0, 999, 0));
        final List<Segment> taken = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            taken.add(local.poll(OWNER));
        }
        assertThat(pool.allocated()).isEqualTo(16);
        taken.add(local.poll(OWNER));
        assertThat(pool.allocated()).as("one more than fits beside the share").isEqualTo(24);
        taken.addAll(takeAll(local));
        assertThat(taken).hasSize(64 - 9);
        assertThat(pool.allocated()).isEqualTo(64);
        assertThat(share.availableNow()).isEqualTo(9);
        taken.forEach(Segment::close);
        assertThat(pool.allocated()).isEqualTo(64);
    }

    @Test
    void capIsRoundedDownToWholeSlabs() {
        final SegmentPoolContext small = PoolExtension.context(16);
        final SegmentPoolContext odd =
                new SegmentPoolContext(
                        small.segmentBytes(),
                        small.slabBytes(),
                        small.maxBytes() - 1,
                        small.debug(),
                        small.allocator());
        assertThat(pools.pool(odd).capacity()).isEqualTo(8);
    }

    @Test
    void tooFewSegmentsNamesTheKeyAndTheValueThatWouldDo() { // INV K7: checked before the start
        final SegmentPool pool = pools.pool(16);
        final LocalSegmentPool first =
                pool.createLocalPool(new LocalPoolContext("first", 10, 12, 0));
        final List<Segment> taken = takeAll(first);
        final TooFewSegmentsException tooFew =
                catchThrowableOfType(
                        TooFewSegmentsException.class,
                        () -> pool.createLocalPool(LocalPoolContext.fixed("second", 5)));
        assertThat(tooFew)
                .hasMessage(
                        "localPool=second reserved=5 floatingFree=4 capacity=16: raise"
                                + " geminid.memory.max-bytes from 64kb to at least 96kb;"
                                + " claims={first=12} of which borrowed=2");
        assertThat(tooFew.neededMaxBytes()).isEqualTo(96 << 10);
        pool.createLocalPool(LocalPoolContext.fixed("third", 4));
        taken.forEach(Segment::close);
    }

    @Test
    void countersCount() {
        final SegmentPool pool = pools.pool(8);
        final LocalSegmentPool local = pool.createLocalPool(new LocalPoolContext("local", 0, 2, 0));
        final Segment first = local.poll(OWNER);
        final Segment second = local.poll(INPUT);
        assertThat(local.poll(OWNER)).isNull();
        first.owner(INPUT);
        assertThat(pool.heldByOwner()).isEqualTo(Map.of(INPUT, 2));
        first.close();
        assertThat(pool.takenTotal()).isEqualTo(2);
        assertThat(pool.returnedTotal()).isEqualTo(1);
        assertThat(pool.dryTotal()).isEqualTo(1);
        assertThat(pool.wokenTotal()).isZero();
        assertThat(pool.heldByOwner()).isEqualTo(Map.of(INPUT, 1));
        assertThat(pool.free()).isEqualTo(7);
        second.close();
    }

    @Test
    void closedLocalPoolGivesItsShareBackAsSegmentsReturn() {
        final SegmentPool pool = pools.pool(16);
        final LocalSegmentPool local = pool.createLocalPool(new LocalPoolContext("local", 6, 9, 0));
        final List<Segment> taken = takeAll(local);
        taken.remove(0).close();
        taken.remove(0).close();
        taken.remove(0).close();
        taken.remove(0).close();
        assertThat(local.held()).isEqualTo(5);
        assertThat(pool.floatingFree()).isEqualTo(10);
        local.close();
        local.close();
        assertThat(pool.floatingFree()).as("what is not out comes back at once").isEqualTo(11);
        assertThat(local.availableNow()).isZero();
        assertThatThrownBy(() -> local.poll(OWNER))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("local pool is closed: localPool=local");
        assertThatThrownBy(() -> local.awaitAvailable(() -> {}))
                .isInstanceOf(IllegalStateException.class);
        for (int back = 1; back <= 5; back++) {
            taken.remove(0).close();
            assertThat(pool.floatingFree()).isEqualTo(11 + back);
        }
    }

    @Test
    void leaksAreCountedByOwnerAndClosingSucceedsOnceTheyAreBack() {
        final SegmentPool pool = new SegmentPool(PoolExtension.context(8));
        final LocalSegmentPool gate = pool.createLocalPool(LocalPoolContext.fixed("gate-0", 4));
        final Segment leaked = gate.poll(OWNER);
        leaked.owner(INPUT);
        final SegmentLeakException leak =
                catchThrowableOfType(SegmentLeakException.class, pool::close);
        assertThat(leak)
                .hasMessage("segments still held: {input-exclusive=1} local pools: {gate-0=1}");
        assertThat(leak.report().held()).isEqualTo(1);
        assertThatThrownBy(() -> gate.poll(OWNER)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> pool.createLocalPool(LocalPoolContext.fixed("late", 1)))
                .isInstanceOf(IllegalStateException.class);
        leaked.putLong(0, 1);
        leaked.close();
        pool.close();
        pool.close();
        assertThat(pool.allocated()).isZero();
        assertThatThrownBy(leaked::address).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void stacksTellWhoTookWhatLeaks() {
        final SegmentPool pool =
                new SegmentPool(PoolExtension.context(40).withDebug(DebugLevel.STACKS));
        final LocalSegmentPool local =
                pool.createLocalPool(new LocalPoolContext("local", 0, 40, 0));
        final List<Segment> taken = takeAll(local);
        final SegmentLeakReport report = pool.leakReport();
        assertThat(report.held()).isEqualTo(40);
        assertThat(report.takenAt()).hasSize(SegmentLeakReport.STACKS_MAX);
        taken.subList(1, 40).forEach(Segment::close);
        final SegmentLeakException leak =
                catchThrowableOfType(SegmentLeakException.class, pool::close);
        assertThat(leak.getSuppressed()).hasSize(1);
        assertThat(leak.getSuppressed()[0]).hasMessage("taken by owner=test localPool=local");
        assertThat(leak.getSuppressed()[0].getStackTrace())
                .anySatisfy(
                        frame -> {
                            assertThat(frame.getClassName()).isEqualTo(getClass().getName());
                            assertThat(frame.getMethodName()).isEqualTo("takeAll");
                        });
        taken.get(0).close();
        pool.close();
    }

    @Test
    void poisonFindsAWriteIntoClosedMemory() {
        final SegmentPool pool = pools.pool(PoolExtension.context(8).withDebug(DebugLevel.POISON));
        final LocalSegmentPool local = pool.createLocalPool(LocalPoolContext.fixed("local", 2));
        final Segment first = local.poll(OWNER);
        assertThat(first.getByte(17)).isEqualTo(DebugLevel.POISON_BYTE);
        final ByteBuffer stale = first.slice(0, 32);
        stale.putLong(0, 1);
        first.close();
        assertThat(stale.getLong(0)).isEqualTo(0xA5A5A5A5A5A5A5A5L);
        stale.put(5, (byte) 1);
        assertThatThrownBy(() -> local.poll(INPUT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("written after close")
                .hasMessageContaining("at=5")
                .hasStackTraceContaining("closed by owner=test")
                .hasStackTraceContaining("poisonFindsAWriteIntoClosedMemory");
        assertThat(local.held()).isZero();
        local.poll(OWNER).close();
    }

    @Test
    void poisonCoversLargeSegments() {
        final SegmentPool pool =
                pools.pool(SegmentPoolContext.ofMaxBytes(1 << 20).withDebug(DebugLevel.POISON));
        final LocalSegmentPool local = pool.createLocalPool(LocalPoolContext.fixed("local", 1));
        final Segment first = local.poll(OWNER);
        final ByteBuffer stale = first.slice(first.capacity() - 1, 1);
        stale.put(0, (byte) 1);
        first.close();
        assertThat(stale.get(0)).isEqualTo(DebugLevel.POISON_BYTE);
        stale.put(0, (byte) 1);
        assertThatThrownBy(() -> local.poll(OWNER)).hasMessageContaining("at=32767");
    }

    @Test
    void poisonIsComparedAgainAtTheEnd() {
        final SegmentPool pool =
                new SegmentPool(PoolExtension.context(8).withDebug(DebugLevel.POISON));
        final LocalSegmentPool local = pool.createLocalPool(LocalPoolContext.fixed("local", 1));
        final Segment segment = local.poll(OWNER);
        final ByteBuffer stale = segment.slice(0, 32);
        segment.close();
        stale.put(31, (byte) 1);
        assertThatThrownBy(pool::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("at=31");
        pool.close();
        assertThat(pool.allocated()).isZero();
    }

    static List<Segment> takeAll(final LocalSegmentPool local) {
        final List<Segment> taken = new ArrayList<>();
        for (Segment next = local.poll(OWNER); next != null; next = local.poll(OWNER)) {
            taken.add(next);
        }
        return taken;
    }
}
