package io.geminid.runtime.cluster.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.TaskRestore;
import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.runtime.task.checkpoint.RestoredChannel;
import io.geminid.runtime.task.checkpoint.TaskSnapshot;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What was in flight and is not given back, or twice, is an error at once. */
class RestoredAccountTest {

    private final RestoredAccount account = new RestoredAccount(1);

    private static TaskId task(final int subtask, final int attempt) {
        return new TaskId(7, 1, subtask, attempt);
    }

    private static TaskRestore restore(final boolean rescaled, final long... bytes) {
        final StateFile file = new StateFile(new UUID(1, 2), "file", StateScope.SHARED);
        long offset = 0;
        final List<StateHandle> slices = new ArrayList<>();
        for (final long length : bytes) {
            slices.add(new StateHandle(file, offset, length));
            offset += length;
        }
        return new TaskRestore(
                1,
                Map.of(),
                List.of(new RestoredChannel(new ChannelId(0, 0, 0), rescaled, slices)));
    }

    private PendingCheckpoint answered(
            final long checkpoint, final TaskId task, final long left, final long read) {
        final PendingCheckpoint pending =
                new PendingCheckpoint(
                        new CheckpointId(new UUID(0, 7), checkpoint, 0),
                        0,
                        false,
                        null,
                        List.of(task));
        final TaskSnapshot snapshot = new TaskSnapshot(List.of(), 100, left, read);
        pending.add(task, snapshot);
        account.add(task, snapshot);
        return pending;
    }

    @Test
    void whatIsReadIsCountedOnceAllOfItIs() {
        account.begin(task(0, 1), restore(false, 30, 12));
        account.completed(answered(5, task(0, 1), 30, 12));
        assertThat(account.persisted()).isZero();
        account.completed(answered(6, task(0, 1), 0, 42));
        account.completed(answered(7, task(0, 1), 0, 42));
        assertThat(account.persisted()).isEqualTo(42);
        assertThat(account.givenBack()).isEqualTo(42);
    }

    @Test
    void aTaskThatReadsLessOrMoreIsFound() {
        account.begin(task(0, 1), restore(false, 30, 12));
        assertThatThrownBy(() -> answered(5, task(0, 1), 0, 41))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bytesInFlight=42 read=41 left=0");
        assertThatThrownBy(() -> answered(5, task(0, 1), 12, 42))
                .hasMessageContaining("read=42 left=12");
    }

    @Test
    void attemptsBeforeDoNotCount() {
        account.begin(task(0, 1), restore(false, 30));
        answered(5, task(0, 1), 0, 30);
        account.begin(task(0, 2), restore(false, 8));
        account.completed(answered(6, task(0, 2), 0, 8));
        assertThat(account.persisted()).isEqualTo(8);
        assertThat(account.givenBack()).isEqualTo(8);
    }

    @Test
    void channelsOfAnotherParallelismAreReadByManyAndNotCounted() {
        account.begin(task(0, 1), restore(true, 30));
        account.completed(answered(5, task(0, 1), 0, 60));
        assertThat(account.persisted()).isZero();
    }

    @Test
    void aManifestMustHoldWhatItsTasksHaveKept() {
        account.completed(answered(5, task(0, 0), 0, 0));
        account.restoring(5, 100);
        account.restoring(4, 3); // from before this coordinator's time
        assertThatThrownBy(() -> account.restoring(5, 99))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bytesInFlight=99 kept=100");
    }
}
