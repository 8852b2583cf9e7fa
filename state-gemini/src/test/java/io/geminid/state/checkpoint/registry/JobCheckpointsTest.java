package io.geminid.state.checkpoint.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import io.geminid.state.checkpoint.storage.CompletedCheckpoints;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The rules of the registry, one by one. */
final class JobCheckpointsTest {
    private static final UUID JOB = new UUID(0, 1);
    private static final UUID NEXT_JOB = new UUID(0, 2);

    private final BlobStore blobs = new MemoryBlobStore(() -> Instant.EPOCH);
    private final AtomicLong lastId = new AtomicLong();
    private final Supplier<UUID> ids = () -> new UUID(7, lastId.incrementAndGet());
    private final BlobCheckpointStorage storage = new BlobCheckpointStorage(blobs, ids);

    private JobCheckpoints open(final UUID job, final int attempt) throws Exception {
        return JobCheckpoints.open(
                new JobCheckpointsContext(blobs, ids, Runnable::run, job, attempt, 1));
    }

    private StateHandle write(final CheckpointId id, final StateScope scope) throws Exception {
        try (SnapshotWriter writer = storage.newWriter(id);
                StateOutput output = writer.open(scope)) {
            output.write(ByteBuffer.allocate(10));
            final StateHandle handle = output.finish();
            writer.commit().get();
            return handle;
        }
    }

    private static CheckpointManifest manifest(
            final CheckpointId id, final List<StateHandle> handles) {
        final StatePart part = StatePart.of(PartKind.KEYED, "test/1", handles, Bytes.EMPTY);
        final SubtaskSnapshot subtask = new SubtaskSnapshot(0, List.of(part));
        return new CheckpointManifest(
                id, 0, List.of(new OperatorSnapshot("op", 1, 128, List.of(subtask))), Map.of());
    }

    private CheckpointId completeOne(final JobCheckpoints checkpoints, final StateHandle... handles)
            throws Exception {
        final CheckpointId id = checkpoints.begin().id();
        assertThat(checkpoints.acknowledged(id, List.of(handles))).isEmpty();
        checkpoints.complete(manifest(id, List.of(handles)));
        return id;
    }

    private List<String> files(final UUID job) throws Exception {
        return blobs.list(CheckpointNames.job(job)).stream()
                .map(BlobEntry::name)
                .filter(name -> name.endsWith(".state"))
                .toList();
    }

    @Test
    void keepsAFileOfAnAbortedCheckpointUntilALaterOneCouldHaveUsedIt() throws Exception {
        final JobCheckpoints checkpoints = open(JOB, 1);
        final CheckpointId aborted = checkpoints.begin().id();
        checkpoints.abort(aborted);
        final StateHandle late = write(aborted, StateScope.SHARED);
        assertThat(checkpoints.acknowledged(aborted, List.of(late))).isEmpty();
        assertThat(files(JOB)).containsExactly(late.file().name());

        completeOne(checkpoints);

        assertThat(files(JOB)).as("nobody can refer to it any more").isEmpty();
    }

    @Test
    void deletesAtOnceWhatALateAcknowledgementBringsForOneCheckpointOnly() throws Exception {
        final JobCheckpoints checkpoints = open(JOB, 1);
        final CheckpointId aborted = checkpoints.begin().id();
        checkpoints.abort(aborted);
        final StateHandle late = write(aborted, StateScope.EXCLUSIVE);
        checkpoints.acknowledged(aborted, List.of(late));
        assertThat(files(JOB)).isEmpty();
    }

    @Test
    void refusesAnAcknowledgementThatRefersToWhatTheBaseDoesNotHave() throws Exception {
        final JobCheckpoints checkpoints = open(JOB, 1);
        final CheckpointId first = checkpoints.begin().id();
        final StateHandle dropped = write(first, StateScope.SHARED);
        checkpoints.acknowledged(first, List.of(dropped));
        checkpoints.complete(manifest(first, List.of(dropped)));
        completeOne(checkpoints);

        final CheckpointId third = checkpoints.begin().id();
        assertThat(checkpoints.acknowledged(third, List.of(dropped))).contains(dropped.file());
        final StateHandle foreign = write(new CheckpointId(NEXT_JOB, 1, 0), StateScope.SHARED);
        assertThat(checkpoints.acknowledged(third, List.of(foreign))).contains(foreign.file());
        final StateHandle others = write(first, StateScope.EXCLUSIVE);
        assertThat(checkpoints.acknowledged(third, List.of(others))).contains(others.file());
    }

    @Test
    void refusesToCompleteOutOfOrder() throws Exception {
        final JobCheckpoints checkpoints = open(JOB, 1);
        final CheckpointId first = checkpoints.begin().id();
        final CheckpointId second = checkpoints.begin().id();
        checkpoints.complete(manifest(second, List.of()));
        assertThatThrownBy(() -> checkpoints.complete(manifest(first, List.of())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(first.toString());
        assertThat(checkpoints.retained()).containsExactly(second);
        assertThat(new CompletedCheckpoints(blobs, ids).list(JOB)).containsExactly(second);
    }

    @Test
    void refusesAnAttemptThatIsNotNew() throws Exception {
        completeOne(open(JOB, 3));
        assertThatThrownBy(() -> open(JOB, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("attempt=3");
    }

    @Test
    void aClaimedCheckpointIsTheNewJobsAndIsDeletedWithItsFiles() throws Exception {
        final JobCheckpoints before = open(JOB, 1);
        final CheckpointId id = before.begin().id();
        final StateHandle shared = write(id, StateScope.SHARED);
        final StateHandle exclusive = write(id, StateScope.EXCLUSIVE);
        before.acknowledged(id, List.of(shared, exclusive));
        before.complete(manifest(id, List.of(shared, exclusive)));

        final JobCheckpoints after = open(NEXT_JOB, 1);
        final CheckpointManifest claimed = after.restoreFrom(id, ClaimMode.CLAIM);
        assertThat(claimed.id().job()).isEqualTo(NEXT_JOB);
        assertThat(new CompletedCheckpoints(blobs, ids).list(JOB)).isEmpty();

        final JobCheckpoints restarted = open(NEXT_JOB, 2);
        assertThat(restarted.latest()).contains(claimed);
        final CheckpointId next = completeOne(restarted, shared);
        assertThat(restarted.retained()).containsExactly(next);
        assertThat(files(JOB)).containsExactly(shared.file().name());
        try (StateInput input = storage.open(shared)) {
            assertThat(input.length()).isEqualTo(10);
        }
        completeOne(restarted);
        assertThat(files(JOB)).isEmpty();
    }

    @Test
    void whatIsNotClaimedIsNeverTouched() throws Exception {
        final JobCheckpoints before = open(JOB, 1);
        final CheckpointId id = before.begin().id();
        final StateHandle shared = write(id, StateScope.SHARED);
        before.acknowledged(id, List.of(shared));
        before.complete(manifest(id, List.of(shared)));

        final JobCheckpoints after = open(NEXT_JOB, 1);
        assertThat(after.restoreFrom(id, ClaimMode.NO_CLAIM).id()).isEqualTo(id);
        assertThat(after.begin().base()).as("the first checkpoint is a full one").isZero();
        completeOne(after);
        after.sweep();
        assertThat(files(JOB)).containsExactly(shared.file().name());
        assertThat(open(JOB, 2).latest()).isPresent();
    }

    @Test
    void aDamagedManifestLeadsToTheCheckpointBefore() throws Exception {
        final JobCheckpoints checkpoints =
                JobCheckpoints.open(
                        new JobCheckpointsContext(blobs, ids, Runnable::run, JOB, 1, 2));
        final CheckpointId first = completeOne(checkpoints);
        final CheckpointId second = completeOne(checkpoints);
        damage(CheckpointNames.manifest(second));

        final JobCheckpoints restarted = open(JOB, 2);

        assertThat(restarted.latest().orElseThrow().id()).isEqualTo(first);
        final BegunCheckpoint next = restarted.begin();
        assertThat(next.base()).isEqualTo(first.checkpoint());
        assertThat(next.id().checkpoint()).isGreaterThan(second.checkpoint());
        restarted.sweep();
        assertThat(new CompletedCheckpoints(blobs, ids).list(JOB)).containsExactly(first);

        damage(CheckpointNames.manifest(first));
        assertThatThrownBy(() -> open(JOB, 3))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining(CheckpointNames.manifest(first));
    }

    private void damage(final String name) throws Exception {
        final byte[] bytes;
        try (BlobInput input = blobs.open(name)) {
            final ByteBuffer all = ByteBuffer.allocate((int) input.length());
            input.read(0, all);
            bytes = all.array();
        }
        bytes[bytes.length / 2] ^= 1;
        blobs.delete(name);
        try (BlobOutput output = blobs.create(name)) {
            output.write(ByteBuffer.wrap(bytes));
            output.commit();
        }
    }

    @Test
    void aJobThatIsDiscardedLeavesNothing() throws Exception {
        final JobCheckpoints checkpoints = open(JOB, 1);
        final CheckpointId id = checkpoints.begin().id();
        final StateHandle shared = write(id, StateScope.SHARED);
        checkpoints.acknowledged(id, List.of(shared));
        checkpoints.complete(manifest(id, List.of(shared)));
        write(checkpoints.begin().id(), StateScope.EXCLUSIVE);

        checkpoints.discard();

        assertThat(blobs.list("")).isEmpty();
        assertThatThrownBy(() -> storage.open(shared)).isInstanceOf(NoSuchFileException.class);
    }
}
