package io.geminid.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.testing.PoolExtension;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.RealThreads;
import io.geminid.testing.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.BufferUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A loan: access, bounds, hand-over, and its end. */
class SegmentTest {
    private static final SegmentOwner OWNER = SegmentOwner.named("test");
    private static final SegmentOwner NEXT = SegmentOwner.named("test-next");
    private static final int CAPACITY = PoolExtension.SEGMENT_BYTES;

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private LocalSegmentPool local;

    @BeforeEach
    void makePool() {
        local = pools.pool(8).createLocalPool(new LocalPoolContext("test", 0, 8, 0));
    }

    @Test
    void accessIsThatOfALittleEndianArray() {
        new PropertyRunner(seed, 20, 500)
                .check(
                        (random, size) -> {
                            final byte[] model = new byte[CAPACITY];
                            final ByteBuffer view =
                                    ByteBuffer.wrap(model).order(ByteOrder.LITTLE_ENDIAN);
                            try (Segment before = local.poll(OWNER);
                                    Segment segment = local.poll(OWNER);
                                    Segment behind = local.poll(OWNER)) {
                                segment.putBytes(0, model, 0, CAPACITY);
                                for (int i = 0; i < size; i++) {
                                    write(random, segment, view);
                                    read(random, segment, view);
                                }
                                assertThat(bytes(segment)).isEqualTo(model);
                                assertThat(before.isOpen() && behind.isOpen()).isTrue();
                            }
                        });
    }

    private static void write(final Random random, final Segment segment, final ByteBuffer model) {
        final int at = random.nextInt(CAPACITY - Long.BYTES + 1);
        final long value = random.nextLong();
        switch (random.nextInt(6)) {
            case 0 -> {
                segment.putByte(at, (byte) value);
                model.put(at, (byte) value);
            }
            case 1 -> {
                segment.putShort(at, (short) value);
                model.putShort(at, (short) value);
            }
            case 2 -> {
                segment.putInt(at, (int) value);
                model.putInt(at, (int) value);
            }
            case 3 -> {
                segment.putLong(at, value);
                model.putLong(at, value);
            }
            case 4 -> {
                final byte[] source = new byte[20];
                random.nextBytes(source);
                final int length = random.nextInt(Math.min(17, CAPACITY - at + 1));
                segment.putBytes(at, source, 3, length);
                model.put(at, source, 3, length);
            }
            default -> {
                final int length = random.nextInt(CAPACITY - at + 1);
                final int from = random.nextInt(CAPACITY - length + 1);
                segment.copyTo(from, segment, at, length);
                model.put(at, ByteBuffer.wrap(model.array().clone()), from, length);
            }
        }
    }

    private static void read(final Random random, final Segment segment, final ByteBuffer model) {
        final int at = random.nextInt(CAPACITY - Long.BYTES + 1);
        assertThat(segment.getByte(at)).isEqualTo(model.get(at));
        assertThat(segment.getShort(at)).isEqualTo(model.getShort(at));
        assertThat(segment.getInt(at)).isEqualTo(model.getInt(at));
        assertThat(segment.getLong(at)).isEqualTo(model.getLong(at));
        assertThat(segment.buffer().getLong(at)).isEqualTo(model.getLong(at));
        assertThat(segment.slice(at, 8).getLong(0)).isEqualTo(model.getLong(at));
    }

    private static byte[] bytes(final Segment segment) {
        final byte[] bytes = new byte[CAPACITY];
        segment.getBytes(0, bytes, 0, CAPACITY);
        return bytes;
    }

    @Test
    void copiesWithBuffersMoveTheirPositionOnly() {
        try (Segment segment = local.poll(OWNER)) {
            final ByteBuffer source = ByteBuffer.allocateDirect(16).putLong(7).putLong(9);
            segment.putBytes(100, source.position(8), 8);
            assertThat(source.position()).isEqualTo(16);
            assertThat(segment.getLong(100)).isEqualTo(Long.reverseBytes(9));

            final ByteBuffer target = ByteBuffer.allocate(12).position(4);
            segment.getBytes(100, target, 8);
            assertThat(target.position()).isEqualTo(12);
            assertThat(target.getLong(4)).isEqualTo(9);

            assertThatThrownBy(() -> segment.getBytes(0, target, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> segment.putBytes(0, source, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(target.position()).isEqualTo(12);
            assertThat(source.position()).isEqualTo(16);
        }
    }

    @Test
    void copiesToAnotherSegment() {
        try (Segment from = local.poll(OWNER);
                Segment to = local.poll(OWNER)) {
            from.putLong(0, 42);
            from.copyTo(0, to, CAPACITY - 8, 8);
            assertThat(to.getLong(CAPACITY - 8)).isEqualTo(42);
            assertThatThrownBy(() -> from.copyTo(0, to, CAPACITY - 7, 8))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void addressIsWhereTheBytesAre() {
        try (Segment segment = local.poll(OWNER)) {
            final ByteBuffer slice = segment.slice(0, CAPACITY);
            assertThat(segment.address()).isEqualTo(BufferUtil.address(slice));
            assertThat(segment.address())
                    .isEqualTo(segment.slab().address() + segment.slabOffset());
            segment.putInt(8, 77);
            assertThat(segment.slab().memory().getInt(segment.slabOffset() + 8)).isEqualTo(77);
            assertThat(segment.capacity()).isEqualTo(CAPACITY);
            assertThat(slice.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        }
    }

    @Test
    void refusesWhatIsOutOfBounds() {
        try (Segment segment = local.poll(OWNER)) {
            for (final int at :
                    List.of(-1, CAPACITY - 7, CAPACITY, Integer.MAX_VALUE, Integer.MIN_VALUE)) {
                assertThatThrownBy(() -> segment.putLong(at, 1))
                        .isInstanceOf(IndexOutOfBoundsException.class)
                        .hasMessageContaining("offset=" + at + " length=8 capacity=" + CAPACITY);
                assertThatThrownBy(() -> segment.getLong(at))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThatThrownBy(() -> segment.slice(0, -1))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("length=-1 capacity=");
            assertThatThrownBy(() -> segment.slice(1, CAPACITY))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> segment.slice(Integer.MAX_VALUE, Integer.MAX_VALUE))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(segment.slice(CAPACITY, 0).remaining()).isZero();
        }
    }

    @Test
    void anyUseAfterCloseIsFound() {
        final Segment segment = local.poll(OWNER);
        segment.close();
        everyUseFails(segment);
    }

    @Test
    void useAfterCloseIsFoundWhenTheMemoryHasBeenLentAgain() {
        final Segment first = local.poll(OWNER);
        final long address = first.address();
        first.close();
        try (Segment second = local.poll(NEXT)) {
            assertThat(second.address()).isEqualTo(address);
            everyUseFails(first);
            assertThatThrownBy(first::close).isInstanceOf(IllegalStateException.class);
            assertThat(second.owner()).isEqualTo(NEXT);
            assertThat(local.held()).isEqualTo(1);
            second.putLong(0, 1);
        }
    }

    private static void everyUseFails(final Segment segment) {
        final byte[] bytes = new byte[8];
        final ByteBuffer buffer = ByteBuffer.allocate(8);
        final List<Runnable> uses =
                List.of(
                        () -> segment.getByte(0),
                        () -> segment.putByte(0, (byte) 0),
                        () -> segment.getShort(0),
                        () -> segment.putShort(0, (short) 0),
                        () -> segment.getInt(0),
                        () -> segment.putInt(0, 0),
                        () -> segment.getLong(0),
                        () -> segment.putLong(0, 0),
                        () -> segment.getBytes(0, bytes, 0, 0),
                        () -> segment.putBytes(0, bytes, 0, 0),
                        () -> segment.getBytes(0, buffer, 0),
                        () -> segment.putBytes(0, buffer, 0),
                        () -> segment.copyTo(0, segment, 0, 0),
                        () -> segment.owner(OWNER),
                        segment::address,
                        segment::buffer,
                        () -> segment.slice(0, 0));
        for (final Runnable use : uses) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("used after close");
        }
        assertThat(segment.isOpen()).isFalse();
    }

    @Test
    void copyIntoAClosedSegmentIsFound() {
        final Segment closed = local.poll(OWNER);
        closed.close();
        try (Segment spare = local.poll(OWNER);
                Segment open = local.poll(OWNER)) {
            assertThat(spare.address()).isNotEqualTo(open.address());
            assertThatThrownBy(() -> open.copyTo(0, closed, 0, 8))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void closingTwiceIsFoundAndCountsOnce() {
        final Segment segment = local.poll(OWNER);
        segment.close();
        assertThatThrownBy(segment::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed twice")
                .hasMessageContaining("owner=test")
                .hasMessageContaining("localPool=test");
        assertThat(local.held()).isZero();
    }

    @Test
    void ofTwoThreadsThatCloseOneSucceeds() {
        final int rounds = 3_000;
        final AtomicReference<Segment> shared = new AtomicReference<>();
        final AtomicInteger arrived = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();
        RealThreads.run(
                2,
                Duration.ofSeconds(60),
                thread -> {
                    for (int i = 0; i < rounds; i++) {
                        if (thread == 0) {
                            shared.set(local.poll(OWNER));
                        }
                        meet(arrived, 2 * (2 * i + 1));
                        final Segment segment = shared.get();
                        try {
                            segment.close();
                        } catch (final IllegalStateException e) {
                            refused.incrementAndGet();
                        }
                        meet(arrived, 2 * (2 * i + 2));
                    }
                });
        assertThat(refused).hasValue(rounds);
        assertThat(local.held()).isZero();
    }

    /** As close together as two threads can get. */
    private static void meet(final AtomicInteger arrived, final int expected) {
        arrived.incrementAndGet();
        for (int spins = 0; arrived.get() < expected; spins++) {
            if (spins % 1000 == 999) {
                Thread.yield();
            }
        }
    }

    @Test
    void anotherThreadMayCloseWhatItWasHanded() {
        final Segment segment = local.poll(OWNER);
        segment.putInt(0, 5);
        segment.owner(NEXT);
        RealThreads.run(
                1,
                Duration.ofSeconds(20),
                thread -> {
                    assertThat(segment.getInt(0)).isEqualTo(5);
                    assertThat(segment.owner()).isEqualTo(NEXT);
                    segment.close();
                });
        assertThat(local.held()).isZero();
        everyUseFails(segment);
    }

    @Test
    void theSharedBufferIsRepairedForTheNextHolder() {
        final Segment first = local.poll(OWNER);
        first.buffer().order(ByteOrder.BIG_ENDIAN).position(10).limit(20);
        first.putLong(0, 3);
        assertThat(first.getLong(0)).isEqualTo(3);
        final ByteBuffer shared = first.buffer();
        first.close();
        try (Segment second = local.poll(OWNER)) {
            assertThat(second.buffer()).isSameAs(shared);
            assertThat(second.buffer().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(second.buffer().remaining()).isEqualTo(CAPACITY);
        }
    }

    @Test
    void ownersAreInterned() {
        assertThat(SegmentOwner.named("test")).isSameAs(OWNER);
        assertThat(OWNER.compareTo(NEXT)).isNegative();
        assertThat(OWNER).hasToString("test");
        assertThatThrownBy(() -> SegmentOwner.named("Task 3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("owner=Task 3");
    }

    @Test
    void loansAreExchangedWithoutAChangeOfWhatPoolsLend() {
        final SegmentPool pool = pools.pool(8);
        final LocalSegmentPool gate = pool.createLocalPool(new LocalPoolContext("gate", 0, 8, 0));
        final LocalSegmentPool nic = pool.createLocalPool(new LocalPoolContext("nic", 0, 8, 0));
        final Segment reserved = gate.poll(OWNER);
        final Segment filled = nic.poll(NEXT);
        final long address = filled.address();
        filled.exchangeLoan(reserved);
        assertThat(filled.address()).isEqualTo(address);
        assertThat(filled.owner()).isEqualTo(OWNER);
        assertThat(reserved.owner()).isEqualTo(NEXT);
        assertThat(gate.held()).isOne();
        assertThat(nic.held()).isOne();
        filled.close();
        assertThat(gate.held()).isZero();
        assertThat(nic.held()).isOne();
        gate.close();
        assertThatThrownBy(() -> reserved.exchangeLoan(filled))
                .isInstanceOf(IllegalStateException.class);
        reserved.close();
        assertThat(nic.held()).isZero();
        try (Segment here = nic.poll(OWNER);
                Segment elsewhere = local.poll(OWNER)) {
            assertThatThrownBy(() -> here.exchangeLoan(elsewhere))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("different pools");
        }
    }
}
