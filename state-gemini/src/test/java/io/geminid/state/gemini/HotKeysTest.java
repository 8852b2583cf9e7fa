package io.geminid.state.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.gemini.spill.SpillDisk;
import io.geminid.state.kind.LongState;
import io.geminid.state.kind.ValueState;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are used again and again are read from memory, whatever lies on disk beside them. */
class HotKeysTest {

    private static final int SEGMENTS = 160;
    private static final int KEYS = 12_000;
    private static final int VALUE_CHARS = 200;
    private static final int HOT_KEYS = 200;
    private static final int ROUNDS = 400;

    @TempDir private Path directory;
    private final AtomicLong reads = new AtomicLong();

    private SpillDisk counting() {
        return path -> {
            final SpillDisk.SpillFile file = SpillDisk.ofHost().create(path);
            return new SpillDisk.SpillFile() {
                @Override
                public void write(final long position, final ByteBuffer source) throws IOException {
                    file.write(position, source);
                }

                @Override
                public void read(final long position, final ByteBuffer target) throws IOException {
                    reads.incrementAndGet();
                    file.read(position, target);
                }

                @Override
                public void close() throws IOException {
                    file.close();
                }
            };
        };
    }

    private static StateStoreContext<Long> context() {
        return new StateStoreContext<>(
                "hot", Serializers.LONG, new KeyGroupRange(0, 127), 128, () -> Instant.EPOCH);
    }

    /** One in so many keys, from all over what was written. */
    private static long hot(final int i) {
        return (long) i * (KEYS / HOT_KEYS);
    }

    @Test
    void hotKeysAreReadFromMemory() {
        final SmallMemory memory = new SmallMemory(directory, 1, SEGMENTS, counting());
        try (StateStore<Long> store = memory.factory().create(context())) {
            final ValueState<String> values =
                    store.state(StateDescriptor.value("value", Serializers.STRING));
            for (long key = 0; key < KEYS; key++) {
                store.setCurrentKey(key);
                values.update(key + "-".repeat(VALUE_CHARS));
            }
            // What is used twice comes back into memory.
            for (int i = 0; i < 4 * HOT_KEYS; i++) {
                store.setCurrentKey(hot(i % HOT_KEYS));
                assertThat(values.get()).startsWith(hot(i % HOT_KEYS) + "-");
            }
            long hotReads = 0;
            long coldReads = 0;
            for (int round = 0; round < ROUNDS; round++) {
                final long before = reads.get();
                for (int i = 0; i < HOT_KEYS; i++) {
                    store.setCurrentKey(hot(i));
                    assertThat(values.get()).startsWith(hot(i) + "-");
                }
                hotReads += reads.get() - before;
                // Others are read and written beside them.
                final long cold = 1 + round * 7L % KEYS;
                store.setCurrentKey(cold);
                values.update(values.get());
                coldReads += reads.get() - before;
            }
            assertThat(coldReads).isPositive();
            assertThat(hotReads).isZero();
        }
        memory.close();
    }

    @Test
    void readingWhatIsInMemoryMakesNoGarbage() {
        final SmallMemory memory = new SmallMemory(directory, 1, SEGMENTS, counting());
        try (StateStore<Long> store = memory.factory().create(context())) {
            final LongState state = store.state(StateDescriptor.ofLong("n"));
            for (long key = 0; key < 2L * KEYS; key++) {
                store.setCurrentKey(key);
                state.update(key);
            }
            assertThat(memory.usedDisk()).isTrue();
            final Long key = 2L * KEYS - 1;
            store.setCurrentKey(key);
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long sum = read(state, 200_000); // until it is compiled
            final long before = threads.getCurrentThreadAllocatedBytes();
            sum += read(state, 100_000);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
            assertThat(sum).isEqualTo(300_000 * key);
        }
        memory.close();
    }

    private static long read(final LongState state, final int times) {
        long sum = 0;
        for (int i = 0; i < times; i++) {
            sum += state.getOrDefault(0);
        }
        return sum;
    }
}
