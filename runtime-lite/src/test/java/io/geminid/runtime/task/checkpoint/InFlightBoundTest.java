package io.geminid.runtime.task.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.task.storage.WorkerSnapshots;
import io.geminid.runtime.time.ManualProcessingTime;
import io.geminid.shuffle.event.BarrierKind;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is kept fits into the segments that it waits in (INV U16). */
class InFlightBoundTest {

    private static final long JOB = 7;
    private static final int SEGMENTS_BYTES = 1_000;

    private final List<String> answers = new ArrayList<>();

    private TaskCheckpoints checkpoints(final int overtakenBytes) {
        final WorkerSnapshots snapshots =
                new WorkerSnapshots(
                        new MemoryBlobStore(() -> Instant.EPOCH),
                        null,
                        () -> new UUID(1, answers.size()),
                        Runnable::run,
                        null);
        snapshots.open(JOB, 0);
        final TaskCheckpoints.Listener listener =
                new TaskCheckpoints.Listener() {
                    @Override
                    public void onSnapshot(final long checkpoint, final TaskSnapshot snapshot) {
                        answers.add("kept=" + snapshot.channelBytes());
                    }

                    @Override
                    public void onDeclined(final long checkpoint, final String reason) {
                        answers.add(reason);
                    }
                };
        return new TaskCheckpoints(
                new TaskCheckpoints.Context(
                        0,
                        snapshots.job(JOB),
                        null,
                        Runnable::run,
                        new ManualProcessingTime(0),
                        begun ->
                                List.of(new OperatorState("task", 1, 128, new byte[0], null, null)),
                        listener,
                        () -> {}),
                new Outputs(overtakenBytes));
    }

    /** Gives so many bytes, however many its segments hold. */
    private record Outputs(int overtakenBytes) implements CheckpointedOutputs {

        @Override
        public void emitBarrier(final CheckpointBarrier barrier, final ChannelState overtaken) {
            overtaken.add(new ChannelId(0, 0, 0), ByteBuffer.allocate(overtakenBytes));
        }

        @Override
        public void overtake(final CheckpointBarrier barrier, final ChannelState overtaken) {
            emitBarrier(barrier, overtaken);
        }

        @Override
        public long dataBytesMax() {
            return SEGMENTS_BYTES;
        }

        @Override
        public boolean isBarrierTaken(final long checkpoint) {
            return true;
        }
    }

    @Test
    void asMuchAsThereIsRoomForIsKept() {
        checkpoints(SEGMENTS_BYTES).trigger(new CheckpointBarrier(1, 0, BarrierKind.UNALIGNED, 0));
        assertThat(answers).containsExactly("kept=" + SEGMENTS_BYTES);
    }

    @Test
    void moreThanThereIsRoomForIsAMistakeThatNobodyBuildsOn() {
        final TaskCheckpoints checkpoints = checkpoints(SEGMENTS_BYTES + 1);
        assertThatThrownBy(
                        () ->
                                checkpoints.trigger(
                                        new CheckpointBarrier(1, 0, BarrierKind.UNALIGNED, 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bytes=1001 segmentBytes=1000");
        assertThat(answers).isEmpty();
    }
}
