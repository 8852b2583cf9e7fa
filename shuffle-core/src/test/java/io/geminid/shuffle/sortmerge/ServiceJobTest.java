package io.geminid.shuffle.sortmerge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.sortmerge.format.BlockCodec;
import io.geminid.shuffle.sortmerge.format.IndexCodec;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.format.PartitionIndex;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A job in the directory of a shuffle service, as its coordinators see it one after the other. */
class ServiceJobTest {

    private static final ServiceJob.Options OPTIONS = new ServiceJob.Options(4096, true);
    private static final Duration LEASE = Duration.ofHours(1);
    private static final Instant START = Instant.parse("2020-01-01T00:00:00Z");
    private static final ResultPartitionId ID = StoreFixture.ID;

    @RegisterExtension final Seed seed = new Seed();
    @TempDir Path root;

    private ServiceJob open(final Instant now) throws IOException {
        return ServiceJob.open(root, ID.jobId(), OPTIONS, now);
    }

    private Path directory() {
        return PartitionFiles.jobDirectory(ServiceDirectory.jobs(root), ID.jobId());
    }

    private PartitionFiles files(final ResultPartitionId id) {
        return PartitionFiles.under(ServiceDirectory.jobs(root), id);
    }

    private void publish(final ResultPartitionId id, final int blockBytes) throws IOException {
        final PartitionIndex index = new PartitionIndex(id, 2, blockBytes, BlockCodec.NONE);
        try (FileChannel data = files(id).createData()) {
            data.write(IndexCodec.dataHeader(index));
        }
        files(id).publish(index, false);
    }

    private static PartitionDescriptor expected(final ResultPartitionId id) {
        return new PartitionDescriptor(id, ResultPartitionType.BLOCKING, 2);
    }

    @Test
    void theLastNoteIsFound() throws IOException {
        final byte[] first = new byte[1_000];
        seed.random().nextBytes(first);
        try (ServiceJob job = open(START)) {
            assertThat(job.note()).isNull();
            job.note(first);
            job.note(new byte[] {7});
            job.note(first);
        }
        try (ServiceJob job = open(START)) {
            assertThat(job.note()).isEqualTo(first);
            job.note(new byte[0]);
            assertThat(job.note()).isEmpty();
            // What was not complete is in nobody's way.
            Files.write(directory().resolve("note.part"), first);
            job.note(new byte[] {8});
            assertThat(job.note()).containsExactly(8);
        }
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(directory().resolve("note"))))
                .isEqualTo("rw-------");
    }

    /** INV B5: the lease of a job that a coordinator has does not end; afterwards it does. */
    @Test
    void aJobThatACoordinatorHasIsNotRemoved() throws IOException {
        final Instant late = Instant.now().plus(Duration.ofDays(1));
        try (ServiceDirectory service = ServiceDirectory.open(root)) {
            try (ServiceJob job = open(START)) {
                job.note(new byte[] {7});
                assertThat(service.sweep(late, LEASE)).isEmpty();
                assertThat(job.note()).containsExactly(7);
            }
            try (ServiceJob next = open(late)) {
                assertThat(next.note()).containsExactly(7);
            }
            assertThat(service.sweep(late.plus(LEASE), LEASE)).isEmpty();
            assertThat(service.sweep(late.plus(LEASE).plusSeconds(1), LEASE))
                    .containsExactly(directory());
            assertThat(directory()).doesNotExist();
        }
    }

    @Test
    void anotherCoordinatorIsRefusedUntilTheJobIsClosed() throws IOException {
        final ServiceJob first = open(START);
        assertThatThrownBy(() -> open(START))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory().toString())
                .hasMessageContaining("another coordinator");
        first.close();
        first.close();
        open(START).close();
    }

    @Test
    void whatWouldNotFitTheReadersSegmentsIsNotComplete() throws IOException {
        publish(ID, OPTIONS.segmentBytes());
        final ResultPartitionId large = new ResultPartitionId(ID.jobId(), 7, 1, 1);
        publish(large, OPTIONS.segmentBytes() + 1);
        try (ServiceJob job = open(START)) {
            assertThat(job.isComplete(expected(ID))).isTrue();
            assertThat(job.isComplete(expected(large))).isFalse();
        }
    }

    @Test
    void onlyWhatIsNamedStays() throws IOException {
        final ResultPartitionId other = new ResultPartitionId(ID.jobId(), 7, 0, 12);
        publish(ID, 100);
        publish(other, 100);
        files(new ResultPartitionId(ID.jobId(), 8, 3, 40)).createData().close();
        Files.write(directory().resolve("8-3-41.index.part"), new byte[1]);
        Files.write(directory().resolve("8-3-99999999999.data"), new byte[1]);
        try (ServiceJob job = open(START)) {
            assertThat(job.attemptMax()).isEqualTo(41);
            job.keepOnly(Set.of(other));
            assertThat(job.attemptMax()).isEqualTo(12);
            assertThat(job.isComplete(expected(other))).isTrue();
            assertThat(job.isComplete(expected(ID))).isFalse();
            job.keepOnly(Set.of());
            assertThat(job.attemptMax()).isEqualTo(ServiceJob.NO_ATTEMPT);
        }
        try (var left = Files.list(directory())) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("lease", "master", "8-3-99999999999.data");
        }
    }
}
