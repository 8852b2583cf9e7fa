package io.geminid.state.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.gemini.spill.SpillDisk;
import io.geminid.state.gemini.spill.SpillException;
import io.geminid.state.kind.LongState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** F39: a disk that is full or damaged ends in one error, and everything is given back. */
class SpillFaultsTest {

    private static final int SEGMENTS = 60;
    private static final int KEYS = 10_000;

    @TempDir private Path directory;

    private static StateStoreContext<Long> context() {
        return new StateStoreContext<>(
                "faults", Serializers.LONG, new KeyGroupRange(0, 127), 128, () -> Instant.EPOCH);
    }

    private static void fill(final StateStore<Long> store) {
        final LongState state = store.state(StateDescriptor.ofLong("n"));
        for (long key = 0; key < KEYS; key++) {
            store.setCurrentKey(key);
            state.update(key);
        }
    }

    private static void readAll(final StateStore<Long> store) {
        final LongState state = store.state(StateDescriptor.ofLong("n"));
        for (long key = 0; key < KEYS; key++) {
            store.setCurrentKey(key);
            assertThat(state.getOrDefault(-1)).isEqualTo(key);
        }
    }

    private void inFiles(final FileDamage damage) throws IOException {
        final List<Path> files;
        try (Stream<Path> all = Files.list(directory.resolve("spilled"))) {
            files = all.toList();
        }
        assertThat(files).isNotEmpty();
        for (final Path file : files) {
            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                damage.on(open);
            }
        }
    }

    @FunctionalInterface
    private interface FileDamage {
        void on(RandomAccessFile file) throws IOException;
    }

    private void requireOneClearError(final FileDamage damage, final String what)
            throws IOException {
        final SmallMemory memory = new SmallMemory(directory, 1, SEGMENTS);
        try (StateStore<Long> store = memory.factory().create(context())) {
            fill(store);
            readAll(store);
            inFiles(damage);
            assertThatThrownBy(() -> readAll(store))
                    .isInstanceOf(SpillException.class)
                    .hasMessageContaining("store=faults file=" + directory.resolve("spilled"))
                    .hasMessageContaining(what)
                    .hasMessageContaining("point geminid.state.local-dir at another one");
        }
        memory.close();
    }

    @Test
    void aFlippedBitIsFound() throws IOException {
        requireOneClearError(
                file -> {
                    for (long at = 100; at < file.length(); at += 400) {
                        file.seek(at);
                        final int before = file.read();
                        file.seek(at);
                        file.write(before ^ 1 << at % 8);
                    }
                },
                "written=0x");
    }

    @Test
    void aShorterFileIsFound() throws IOException {
        requireOneClearError(file -> file.setLength(file.length() / 3), "the disk has not what");
    }

    @Test
    void aFullDiskIsNamed() {
        final AtomicInteger left = new AtomicInteger(20);
        final SmallMemory memory = new SmallMemory(directory, 1, SEGMENTS, full(left));
        try (StateStore<Long> store = memory.factory().create(context())) {
            assertThatThrownBy(() -> fill(store))
                    .isInstanceOf(SpillException.class)
                    .hasMessageContaining("store=faults file=" + directory.resolve("spilled"))
                    .hasMessageContaining("No space left on device")
                    .hasMessageContaining("geminid.state.local-dir");
        }
        memory.close();
    }

    private static SpillDisk full(final AtomicInteger writesLeft) {
        return path -> {
            final SpillDisk.SpillFile file = SpillDisk.ofHost().create(path);
            return new SpillDisk.SpillFile() {
                @Override
                public void write(final long position, final ByteBuffer source) throws IOException {
                    if (writesLeft.getAndDecrement() <= 0) {
                        throw new IOException("No space left on device");
                    }
                    file.write(position, source);
                }

                @Override
                public void read(final long position, final ByteBuffer target) throws IOException {
                    file.read(position, target);
                }

                @Override
                public void close() throws IOException {
                    file.close();
                }
            };
        };
    }

    @Test
    void theLimitIsNamed() {
        final SmallMemory memory =
                new SmallMemory(directory, 1, SEGMENTS, SpillDisk.ofHost(), 40_000);
        try (StateStore<Long> store = memory.factory().create(context())) {
            assertThatThrownBy(() -> fill(store))
                    .isInstanceOf(SpillException.class)
                    .hasMessageContaining("geminid.state.gemini.disk-max-bytes=40000");
        }
        memory.close();
    }
}
