package io.geminid.state.checkpoint.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.blob.AuditedBlobStore;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.checkpoint.storage.CheckpointStorageContract;
import io.geminid.state.checkpoint.storage.SnapshotFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The contract, and what several writers have in common. */
final class MergingCheckpointStorageTest extends CheckpointStorageContract {
    private static final CheckpointId ID = new CheckpointId(new UUID(0, 1), 3, 1);

    private final AuditedBlobStore blobs =
            new AuditedBlobStore(new MemoryBlobStore(() -> Instant.EPOCH), new Random(1));

    @Override
    protected BlobStore blobs() {
        return blobs;
    }

    @Override
    protected CheckpointStorage storage(final int blockBytes) {
        return merging(blockBytes);
    }

    private MergingCheckpointStorage merging(final int blockBytes) {
        return new MergingCheckpointStorage(
                new SnapshotFiles(blobs, ids()),
                new BlobCheckpointStorage(blobs, ids()),
                new MergeLimits(blockBytes, 10_000, 100_000));
    }

    private static StateHandle write(
            final SnapshotWriter writer, final int bytes, final StateScope scope)
            throws IOException {
        try (StateOutput output = writer.open(scope)) {
            output.write(ByteBuffer.allocate(bytes / 2));
            output.write(ByteBuffer.allocate(bytes - bytes / 2));
            return output.finish();
        }
    }

    @Test
    void putsTheSmallRangesOfAllWritersIntoOneFileForEachScope() throws Exception {
        final MergingCheckpointStorage storage = merging(512);
        storage.expect(ID, 3);
        final List<CompletableFuture<Void>> commits = new ArrayList<>();
        final List<StateHandle> handles = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            final SnapshotWriter writer = storage.newWriter(ID);
            handles.add(write(writer, 100 + i, StateScope.SHARED));
            handles.add(write(writer, 0, StateScope.EXCLUSIVE));
            assertThat(commits).allMatch(commit -> !commit.isDone());
            commits.add(writer.commit());
            writer.close();
        }
        assertThat(commits).allMatch(CompletableFuture::isDone);
        assertThat(blobs.created()).hasSize(2);
        for (final StateHandle handle : handles) {
            try (StateInput input = storage.open(handle)) {
                input.read(0, ByteBuffer.allocate((int) handle.length()));
            }
        }
    }

    @Test
    void givesALargeRangeAFileOfItsOwnAndFillsNoFileForEver() throws Exception {
        final MergingCheckpointStorage storage = merging(512);
        try (SnapshotWriter writer = storage.newWriter(ID)) {
            write(writer, 10_001, StateScope.SHARED);
            for (int i = 0; i < 25; i++) {
                write(writer, 10_000, StateScope.SHARED);
            }
            assertThat(writer.commit()).isCompleted();
        }
        assertThat(blobs.created()).as("one of its own, and 250 kB in files of 100").hasSize(4);
    }

    @Test
    void aWriterThatGivesUpHoldsUpNobodyAndIsNotWaitedFor() throws Exception {
        final MergingCheckpointStorage storage = merging(512);
        storage.expect(ID, 2);
        final SnapshotWriter first = storage.newWriter(ID);
        final SnapshotWriter second = storage.newWriter(ID);
        write(first, 10, StateScope.SHARED);
        write(second, 10, StateScope.SHARED);
        final CompletableFuture<Void> commit = first.commit();
        assertThat(commit).isNotDone();
        second.close();
        assertThat(commit).isCompleted();
        assertThat(blobs.created()).hasSize(1);
    }

    @Test
    void whatIsAbandonedFailsAndLeavesNothing() throws Exception {
        final MergingCheckpointStorage storage = merging(512);
        storage.expect(ID, 2);
        final SnapshotWriter first = storage.newWriter(ID);
        write(first, 10, StateScope.SHARED);
        final CompletableFuture<Void> commit = first.commit();
        storage.abandon(ID);
        assertThat(commit).isCompletedExceptionally();
        assertThat(blobs.list("")).isEmpty();
    }

    @Test
    void aFailedCommitFailsAllWhoShareTheFile() throws Exception {
        final MergingCheckpointStorage storage = merging(512);
        storage.expect(ID, 2);
        final SnapshotWriter first = storage.newWriter(ID);
        final SnapshotWriter second = storage.newWriter(ID);
        write(first, 10, StateScope.SHARED);
        write(second, 10, StateScope.SHARED);
        final CompletableFuture<Void> commit = first.commit();
        blobs.failureRate(1);
        final CompletableFuture<Void> other = second.commit();
        blobs.failureRate(0);
        assertThat(commit).isCompletedExceptionally();
        assertThat(other).isCompletedExceptionally();
    }
}
