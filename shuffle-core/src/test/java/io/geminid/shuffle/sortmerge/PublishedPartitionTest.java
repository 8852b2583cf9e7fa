package io.geminid.shuffle.sortmerge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.partition.SubpartitionView;
import io.geminid.shuffle.sortmerge.StoreFixture.Bytes;
import io.geminid.shuffle.sortmerge.StoreFixture.Reader;
import io.geminid.shuffle.sortmerge.format.BlockCodec;
import io.geminid.shuffle.sortmerge.format.PartitionDamagedException;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.read.PartitionVerifier;
import io.geminid.shuffle.sortmerge.read.StoredPartitions;
import io.geminid.shuffle.sortmerge.write.PartitionWriteException;
import io.geminid.shuffle.sortmerge.write.SortMergeResultPartition;
import io.geminid.shuffle.sortmerge.write.WriteOptions;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a partition is seen, by whom, and whose it is. */
class PublishedPartitionTest {

    private static final ResultPartitionId OTHER = new ResultPartitionId(0x4d2, 7, 0, 2);
    private static final WriteOptions PLAIN = new WriteOptions(BlockCodec.NONE, false);

    @RegisterExtension final PoolExtension pools = new PoolExtension();
    @RegisterExtension final Seed seed = new Seed();
    @TempDir Path root;

    private StoreFixture fixture;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(root, pools.pool(64), 8);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private PartitionFiles files() {
        return fixture.files(StoreFixture.ID);
    }

    /** INV B1: whoever sees the partition finds it again after the machine has crashed. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsSeenWasForcedBefore(final boolean sync) throws Exception {
        final List<String> forced = new ArrayList<>();
        final WriteOptions options =
                new WriteOptions(
                        BlockCodec.NONE,
                        sync,
                        files ->
                                new WatchedFile(
                                        files.createData(),
                                        bytes ->
                                                forced.add(
                                                        "bytes="
                                                                + bytes
                                                                + " seen="
                                                                + Files.exists(files.index()))));
        final SortMergeResultPartition partition =
                fixture.partition(StoreFixture.ID, 2, 8, options);
        StoreFixture.emit(partition, 0, new byte[5_000]);
        partition.finish();
        final String atLast = "bytes=" + Files.size(files().data()) + " seen=false";
        assertThat(forced).isEqualTo(sync ? List.of(atLast) : List.of());
        assertThat(files().index()).exists();
    }

    /** INV B1: data that cannot be put where it belongs is not announced by an index. */
    @Test
    void anIndexIsNeverThereWithoutItsData() throws Exception {
        final SortMergeResultPartition partition = fixture.partition(2, 8);
        StoreFixture.emit(partition, 0, new byte[100]);
        Files.createDirectories(files().data().getParent());
        Files.write(files().data(), new byte[] {1});
        assertThatThrownBy(partition::finish)
                .isInstanceOf(PartitionWriteException.class)
                .hasMessageContaining(files().data().toString());
        assertThat(files().index()).doesNotExist();
        partition.close();
        assertThat(fixture.filesLeft()).containsExactly(files().data());
    }

    /** INV B2: a block carries the attempt, so it is found under whatever header it lies. */
    @Test
    void aBlockOfAnotherAttemptIsRefused() throws Exception {
        for (final ResultPartitionId id : List.of(StoreFixture.ID, OTHER)) {
            try (SortMergeResultPartition partition = fixture.partition(id, 2, 8, PLAIN)) {
                StoreFixture.emit(partition, 0, new byte[100]);
                StoreFixture.emit(partition, 1, new byte[100]);
                partition.finish();
            }
        }
        final byte[] own = Files.readAllBytes(files().data());
        final byte[] others = Files.readAllBytes(fixture.files(OTHER).data());
        System.arraycopy(
                others,
                PartitionFiles.HEADER_BYTES,
                own,
                PartitionFiles.HEADER_BYTES,
                own.length - PartitionFiles.HEADER_BYTES);
        Files.write(files().data(), own);
        assertThatThrownBy(() -> PartitionVerifier.verify(files()))
                .isInstanceOf(PartitionDamagedException.class)
                .hasMessageContaining("tag=");
        assertThatThrownBy(() -> fixture.read(StoreFixture.ID, 0))
                .cause()
                .isInstanceOf(PartitionDamagedException.class);
    }

    /** INV B5: released between the look-up and the view. */
    @Test
    void aViewOfWhatIsRemovedMeanwhileHasEnded() throws Exception {
        try (SortMergeResultPartition partition = fixture.partition(1, 8)) {
            StoreFixture.emit(partition, 0, new byte[100]);
            partition.finish();
        }
        final Queue<PartitionFiles> found = new ArrayDeque<>(List.of(files()));
        final StoredPartitions service = new StoredPartitions(fixture.stored, id -> found.poll());
        try (Reader reader = new Reader(service, StoreFixture.ID, SubpartitionRange.of(0))) {
            final SubpartitionView view = reader.view();
            assertThat(view.isReleased()).isTrue();
            assertThat(view.poll(true, true)).isNull();
        }
    }

    /** INV B2: who writes the same attempt a second time fails, and harms nobody. */
    @Test
    void aTwinDoesNotTouchWhatIsBeingWritten() throws Exception {
        try (SortMergeResultPartition first = fixture.partition(1, 8)) {
            while (!Files.exists(files().dataPart())) {
                StoreFixture.emit(first, 0, new byte[100]);
            }
            try (SortMergeResultPartition twin = fixture.partition(1, 8)) {
                StoreFixture.emit(twin, 0, new byte[] {7});
                assertThatThrownBy(twin::finish)
                        .isInstanceOf(PartitionWriteException.class)
                        .hasMessageContaining(files().dataPart().toString());
            }
            first.finish();
        }
        assertThat(fixture.read(StoreFixture.ID, 0)).contains(new Bytes(new byte[100]));
        PartitionVerifier.verify(files());
    }

    @Test
    void nothingIsAddedAfterTheEnd() throws Exception {
        try (SortMergeResultPartition partition = fixture.partition(1, 8)) {
            StoreFixture.emit(partition, 0, new byte[1]);
            partition.notifyEndOfData();
            assertThatThrownBy(() -> StoreFixture.emit(partition, 0, new byte[1]))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is at its end");
            partition.finish();
            assertThatThrownBy(() -> StoreFixture.emit(partition, 0, new byte[1]))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(fixture.read(StoreFixture.ID, 0)).hasSize(3);
    }

    /** INV B7: records that go on in later regions are not mixed with those of neighbours. */
    @Test
    void recordsLargerThanMemoryAreReadWholeInARange() throws Exception {
        final List<Object> expected = new ArrayList<>();
        try (SortMergeResultPartition partition = fixture.partition(3, 4)) {
            final List<byte[]> records = new ArrayList<>();
            for (int to = 0; to < 3; to++) {
                final byte[] record = new byte[100_000 + to];
                Arrays.fill(record, (byte) (to + 1));
                records.add(record);
            }
            for (int to = 2; to >= 0; to--) {
                StoreFixture.emit(partition, to, records.get(to));
            }
            records.forEach(record -> expected.add(new Bytes(record)));
            partition.finish();
        }
        assertThat(PartitionVerifier.verify(files()).index().recordsAcross()).isTrue();
        final List<Object> read = readRange(new SubpartitionRange(0, 2));
        assertThat(read).isEqualTo(expected);
    }

    private List<Object> readRange(final SubpartitionRange range)
            throws IOException, InterruptedException {
        try (Reader reader = new Reader(fixture.stored, StoreFixture.ID, range)) {
            final List<Object> all = new ArrayList<>(reader.readAll());
            all.removeIf(each -> !(each instanceof Bytes));
            return all;
        }
    }

    /** A job that has its quota fails, by name; what it has published stays, and others go on. */
    @Test
    void aJobThatHasItsQuotaFails() throws Exception {
        try (SortMergeResultPartition first = fixture.partition(StoreFixture.ID, 2, 8, PLAIN)) {
            StoreFixture.emit(first, 0, new byte[5_000]);
            first.finish();
        }
        final WriteOptions limited = PLAIN.withJobBytesMax(files().jobBytes() + 20_000);
        try (SortMergeResultPartition second = fixture.partition(OTHER, 2, 8, limited)) {
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 1_000; i++) {
                                    StoreFixture.emit(second, i % 2, new byte[100]);
                                }
                                second.finish();
                            })
                    .isInstanceOf(PartitionWriteException.class)
                    .hasMessageContaining("job=4d2 has bytes=")
                    .hasMessageContaining("--job-quota");
        }
        final ResultPartitionId ofAnotherJob = new ResultPartitionId(5, 7, 0, 1);
        try (SortMergeResultPartition third = fixture.partition(ofAnotherJob, 2, 8, limited)) {
            StoreFixture.emit(third, 0, new byte[5_000]);
            third.finish();
        }
        assertThat(fixture.read(StoreFixture.ID, 0)).contains(new Bytes(new byte[5_000]));
        assertThat(fixture.filesLeft()).hasSize(4);
    }

    @Test
    void theQuotaOfAServiceIsKeptInItsDirectory() throws Exception {
        try (ServiceDirectory service = ServiceDirectory.open(root)) {
            assertThat(ServiceDirectory.jobQuota(root)).isEqualTo(WriteOptions.UNLIMITED);
            service.limitJobs(12_345);
            assertThat(ServiceDirectory.jobQuota(root)).isEqualTo(12_345);
            service.limitJobs(WriteOptions.UNLIMITED);
            assertThat(ServiceDirectory.jobQuota(root)).isEqualTo(WriteOptions.UNLIMITED);
            Files.writeString(root.resolve("quota"), "much");
            assertThatThrownBy(() -> ServiceDirectory.jobQuota(root))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("has no quota");
        }
    }
}
