package io.geminid.shuffle.sortmerge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.event.UserEvent;
import io.geminid.shuffle.partition.PartitionNotFoundException;
import io.geminid.shuffle.sortmerge.StoreFixture.Reader;
import io.geminid.shuffle.sortmerge.format.BlockCodec;
import io.geminid.shuffle.sortmerge.format.PartitionDamagedException;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.read.PartitionVerifier;
import io.geminid.shuffle.sortmerge.write.PartitionWriteException;
import io.geminid.shuffle.sortmerge.write.SortMergeResultPartition;
import io.geminid.shuffle.sortmerge.write.WriteOptions;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong with a stored partition, and that it is always said, by the right one. */
class StoredFaultsTest {

    private static final int SUBPARTITIONS = 3;

    @RegisterExtension final PoolExtension pools = new PoolExtension();
    @RegisterExtension final Seed seed = new Seed();
    @TempDir Path root;

    private SegmentPool pool;
    private StoreFixture fixture;

    @BeforeEach
    void open() {
        pool = pools.pool(64);
        fixture = new StoreFixture(root, pool, 8);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private PartitionFiles files() {
        return fixture.files(StoreFixture.ID);
    }

    /** Two regions and an event, compressed or not. */
    private void write(final BlockCodec codec) throws InterruptedException {
        final SortMergeResultPartition partition =
                fixture.partition(
                        StoreFixture.ID, SUBPARTITIONS, 8, new WriteOptions(codec, false));
        fill(partition, seed.fork(), 500);
        partition.emitEvent(1, new UserEvent(7, 8, false));
        partition.notifyEndOfData();
        partition.finish();
        partition.close();
    }

    private static void fill(
            final SortMergeResultPartition partition, final Random random, final int records)
            throws InterruptedException {
        for (int i = 0; i < records; i++) {
            final byte[] record = new byte[100];
            random.nextBytes(record);
            java.util.Arrays.fill(record, 50, 100, (byte) 1);
            StoreFixture.emit(partition, i % SUBPARTITIONS, record);
        }
    }

    /** INV B8: the view fails with the partition's identity and the file's name. */
    private void assertEveryReaderFails(final Path file) {
        for (int i = 0; i < SUBPARTITIONS; i++) {
            try (Reader reader = fixture.reader(i)) {
                assertThatThrownBy(reader::readAll)
                        .cause()
                        .isInstanceOfSatisfying(
                                PartitionDamagedException.class,
                                e -> assertThat(e.partition()).isEqualTo(StoreFixture.ID))
                        .hasMessageContaining(file.toString());
            }
        }
        assertThat(fixture.pool.capacity()).isEqualTo(64);
    }

    @Test
    void aDeletedFileIsNamed() throws Exception {
        write(BlockCodec.NONE);
        Files.delete(files().data());
        assertEveryReaderFails(files().data());
        Files.delete(files().index());
        assertEveryReaderFails(files().index());
    }

    @ParameterizedTest
    @EnumSource(BlockCodec.class)
    void everyTruncationIsFound(final BlockCodec codec) throws Exception {
        write(codec);
        for (final Path file : List.of(files().data(), files().index())) {
            final byte[] whole = Files.readAllBytes(file);
            for (final int left : lengths(whole.length)) {
                Files.write(file, java.util.Arrays.copyOf(whole, left));
                assertThatThrownBy(() -> PartitionVerifier.verify(files()))
                        .as("%s left=%d of=%d", file, left, whole.length)
                        .isInstanceOf(PartitionDamagedException.class)
                        .hasMessageContaining(file.toString());
            }
            assertEveryReaderFails(file);
            Files.write(file, whole);
        }
        PartitionVerifier.verify(files());
    }

    /** Nothing, a part of the header, of the first block, all but one byte, and one more. */
    private int[] lengths(final int whole) {
        return new int[] {0, 1, 63, 64, 70, 97, seed.random().nextInt(whole), whole - 1, whole + 1};
    }

    @Test
    void anyBitThatFlipsIsFound() throws Exception {
        flip(BlockCodec.NONE, 3_000);
        flip(BlockCodec.LZ4, 1_000);
        flip(BlockCodec.ZSTD, 1_000);
    }

    @Tag("long")
    @Test
    void eachOfAHundredThousandBitsIsFound() throws Exception {
        flip(BlockCodec.NONE, 50_000);
        flip(BlockCodec.LZ4, 25_000);
        flip(BlockCodec.ZSTD, 25_000);
    }

    /** INV B1, B8: a reader never gets a wrong byte; whoever verifies is told. */
    private void flip(final BlockCodec codec, final int flips) throws Exception {
        write(codec);
        final Random random = seed.random();
        final Path data = files().data();
        final Path index = files().index();
        final long dataBits = Files.size(data) * Byte.SIZE;
        final long indexBits = Files.size(index) * Byte.SIZE;
        for (int i = 0; i < flips; i++) {
            final boolean inIndex = random.nextInt(4) == 0;
            final Path file = inIndex ? index : data;
            final long bit = (long) (random.nextDouble() * (inIndex ? indexBits : dataBits));
            flipBit(file, bit);
            assertThatThrownBy(() -> PartitionVerifier.verify(files()))
                    .as("%s bit=%d", file, bit)
                    .isInstanceOf(PartitionDamagedException.class)
                    .hasMessageContaining(file.toString());
            if (i % 50 == 0) {
                assertSomeReaderFails();
            }
            flipBit(file, bit);
        }
        PartitionVerifier.verify(files());
        fixture.stored.remove(StoreFixture.ID).delete();
    }

    private void assertSomeReaderFails() {
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < SUBPARTITIONS; i++) {
                                try (Reader reader = fixture.reader(i)) {
                                    reader.readAll();
                                }
                            }
                        })
                .cause()
                .isInstanceOf(PartitionDamagedException.class);
    }

    private static void flipBit(final Path file, final long bit) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, bit / Byte.SIZE);
            one.put(0, (byte) (one.get(0) ^ 1 << bit % Byte.SIZE)).clear();
            channel.write(one, bit / Byte.SIZE);
        }
    }

    /** INV B2: the files of one attempt under the name of another. */
    @Test
    void dataOfAnotherAttemptIsRefused() throws Exception {
        write(BlockCodec.NONE);
        final ResultPartitionId other = new ResultPartitionId(0x4d2, 7, 0, 2);
        Files.copy(files().data(), fixture.files(other).data());
        Files.copy(files().index(), fixture.files(other).index());
        fixture.stored.add(fixture.files(other));
        assertThatThrownBy(() -> fixture.read(other, 0))
                .cause()
                .isInstanceOf(PartitionDamagedException.class)
                .hasMessageContaining("it is that of " + StoreFixture.ID);
    }

    /**
     * Two attempts at once are two partitions; the same attempt twice is the second one's error.
     */
    @Test
    void twoAttemptsDoNotMeet() throws Exception {
        final WriteOptions options = new WriteOptions(BlockCodec.NONE, false);
        final ResultPartitionId other = new ResultPartitionId(0x4d2, 7, 0, 2);
        try (SortMergeResultPartition first = fixture.partition(SUBPARTITIONS, 8);
                SortMergeResultPartition second =
                        fixture.partition(other, SUBPARTITIONS, 8, options);
                SortMergeResultPartition twin = fixture.partition(SUBPARTITIONS, 8)) {
            StoreFixture.emit(first, 0, new byte[] {1});
            StoreFixture.emit(second, 0, new byte[] {2});
            StoreFixture.emit(twin, 0, new byte[] {3});
            first.finish();
            second.finish();
            assertThatThrownBy(twin::finish)
                    .isInstanceOf(PartitionWriteException.class)
                    .hasMessageContaining(files().index().toString());
        }
        assertThat(fixture.read(StoreFixture.ID, 0).get(0))
                .isEqualTo(new StoreFixture.Bytes(new byte[] {1}));
        assertThat(fixture.read(other, 0).get(0)).isEqualTo(new StoreFixture.Bytes(new byte[] {2}));
        assertThat(fixture.filesLeft()).hasSize(4);
    }

    /** The producer's own failure: nothing is visible, nothing is left, all memory comes back. */
    @Test
    void aFullDiskFailsTheProducer() throws Exception {
        for (final int room : new int[] {0, 64, 100, 5_000, 40_000}) {
            final WriteOptions options =
                    new WriteOptions(BlockCodec.NONE, false, files -> FullDisk.of(files, room));
            final SortMergeResultPartition partition =
                    fixture.partition(StoreFixture.ID, SUBPARTITIONS, 8, options);
            assertThatThrownBy(
                            () -> {
                                fill(partition, seed.fork(), 2_000);
                                partition.finish();
                            })
                    .as("room=%d", room)
                    .isInstanceOf(PartitionWriteException.class)
                    .hasMessageContaining(files().dataPart().toString())
                    .hasMessageContaining("No space left on device")
                    .hasMessageContaining("geminid.shuffle.blocking.dir");
            partition.close();
            assertThatThrownBy(() -> fixture.reader(0))
                    .cause()
                    .isInstanceOf(PartitionNotFoundException.class);
            assertThat(fixture.filesLeft()).isEmpty();
        }
    }

    /** INV B1: neither a partition that was never finished nor one that was closed can be read. */
    @Test
    void whatWasNotPublishedLeavesNothing() throws Exception {
        final SortMergeResultPartition partition = fixture.partition(SUBPARTITIONS, 8);
        fill(partition, seed.fork(), 2_000);
        assertThatThrownBy(() -> fixture.reader(0))
                .cause()
                .isInstanceOf(PartitionNotFoundException.class);
        partition.fail(new IOException("the task failed"));
        assertThatThrownBy(() -> fill(partition, seed.fork(), 2_000))
                .isInstanceOf(IllegalStateException.class);
        partition.close();
        fixture.disk.submit(() -> {}).get();
        fixture.disk.submit(() -> {}).get();
        assertThat(fixture.filesLeft()).isEmpty();
    }

    /** INV B5: released while it is read: readers fail, others are not touched. */
    @Test
    void aReleasedPartitionEndsItsReaders() throws Exception {
        write(BlockCodec.NONE);
        final Reader reader = fixture.reader(0);
        while (!reader.step()) {
            reader.await();
        }
        fixture.stored.remove(StoreFixture.ID).delete();
        assertThatThrownBy(reader::readAll).isInstanceOf(IOException.class).hasMessage("released");
        assertThat(reader.view().failure()).isNull();
        assertThat(fixture.stored.remove(StoreFixture.ID)).isNull();
        assertThat(fixture.filesLeft()).isEmpty();
    }

    @Test
    void aSubpartitionThatIsNotThereIsNamed() throws Exception {
        write(BlockCodec.NONE);
        try (Reader reader =
                new Reader(fixture.stored, StoreFixture.ID, new SubpartitionRange(1, 3))) {
            assertThatThrownBy(reader::readAll).cause().hasMessageContaining("subpartitions=1..3");
        }
    }

    /** A task that waits for the disk can be cancelled. */
    @Test
    void aWaitForTheDiskIsInterrupted() throws Exception {
        final CountDownLatch stuck = new CountDownLatch(2);
        final CountDownLatch over = new CountDownLatch(1);
        for (int i = 0; i < 2; i++) {
            fixture.disk.execute(
                    () -> {
                        stuck.countDown();
                        try {
                            over.await();
                        } catch (final InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    });
        }
        stuck.await();
        final SortMergeResultPartition partition = fixture.partition(SUBPARTITIONS, 8);
        while (partition.isAvailable()) {
            StoreFixture.emit(partition, 0, new byte[100]);
        }
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> fill(partition, seed.fork(), 100))
                .isInstanceOf(InterruptedException.class);
        over.countDown();
        partition.close();
    }
}
