package io.geminid.runtime.task.checkpoint;

import io.geminid.runtime.task.log.ConsumedInput;
import io.geminid.runtime.task.log.LogPosition;
import io.geminid.runtime.task.log.TaskLog;
import io.geminid.runtime.task.storage.JobSnapshots;
import io.geminid.runtime.time.ProcessingTimeService;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.event.BarrierKind;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.state.checkpoint.BegunCheckpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The checkpoints of one task: sends barriers, takes the snapshot in the same step (no record and
 * no timer comes between), keeps what is in flight, and has all of it written by another thread.
 *
 * <p>Task thread only.
 */
public final class TaskCheckpoints implements BarrierAligner.Actions {

    /**
     * Most that a task keeps of what is in flight to it: barriers that are held up behind edges
     * that stay aligned must not fill the heap meanwhile. The checkpoint is then given up.
     */
    static final long IN_FLIGHT_BYTES_MAX = 128L << 20;

    private final Context context;
    private final CheckpointedOutputs outputs;
    private final List<CheckpointedGate> gates = new ArrayList<>();
    private final List<Integer> gateOf = new ArrayList<>();
    private final List<Integer> channelOf = new ArrayList<>();
    private BarrierAligner aligner;
    private boolean[] keeps;
    private long[] taken = new long[0];
    private final AtomicInteger writing = new AtomicInteger();
    private SnapshotInProgress pending;
    private long alignmentBeganMillis;
    private long bytesKept;

    /** Logged and sent, and may still have to overtake. */
    private CheckpointBarrier waiting;

    /**
     * What the checkpoints of a task are made with.
     *
     * @param subtask index of the task's subtask
     * @param snapshots where they go; {@code null} if none are taken
     * @param log has what is in flight in the outputs; {@code null} if it is kept here
     * @param io runs what writes them
     * @param clock of the task
     * @param state takes the state of all operators, the head first
     * @param listener told how snapshots end
     * @param wake wakes the task's thread; called by any thread
     */
    public record Context(
            int subtask,
            JobSnapshots snapshots,
            TaskLog log,
            Executor io,
            ProcessingTimeService clock,
            StateTaker state,
            Listener listener,
            Runnable wake) {}

    /** Takes the state of all operators of a task. */
    @FunctionalInterface
    public interface StateTaker {

        /**
         * Takes it. Task thread, between two records.
         *
         * @param checkpoint which
         * @return a copy, the head first
         * @throws Exception fails the task
         */
        List<OperatorState> take(BegunCheckpoint checkpoint) throws Exception;
    }

    /** Told how the snapshots of a task end. Any thread. */
    public interface Listener {

        /**
         * A snapshot is durable.
         *
         * @param checkpoint which
         * @param snapshot what it consists of
         */
        void onSnapshot(long checkpoint, TaskSnapshot snapshot);

        /**
         * A snapshot will not be.
         *
         * @param checkpoint which
         * @param reason why
         */
        void onDeclined(long checkpoint, String reason);
    }

    /**
     * Makes the checkpoints of a task.
     *
     * @param context what they are made with
     * @param outputs where barriers go
     */
    public TaskCheckpoints(final Context context, final CheckpointedOutputs outputs) {
        this.context = context;
        this.outputs = outputs;
    }

    /**
     * Adds the gates, once, all of them.
     *
     * @param all in the order in which their channels are counted
     */
    public void gates(final List<? extends CheckpointedGate> all) {
        for (final CheckpointedGate gate : all) {
            final int first = gateOf.size();
            for (int channel = 0; channel < gate.channelCount(); channel++) {
                gateOf.add(gates.size());
                channelOf.add(channel);
            }
            gates.add(gate);
            gate.tap((channel, data) -> onData(first, gate, channel, data));
        }
        aligner = new BarrierAligner(gateOf.size(), this);
        keeps = new boolean[gateOf.size()];
        taken = new long[gateOf.size()];
    }

    /**
     * @return what barriers that were read are for
     */
    public BarrierAligner aligner() {
        return aligner;
    }

    /**
     * Begins a checkpoint at a task without inputs.
     *
     * @param barrier as the outputs are to send it
     */
    public void trigger(final CheckpointBarrier barrier) {
        snapshot(barrier, false);
    }

    /**
     * A checkpoint was given up by others.
     *
     * @param checkpoint which
     */
    public void abort(final long checkpoint) {
        drop(checkpoint);
        if (aligner != null) {
            aligner.onAbort(checkpoint);
        }
    }

    /** Looks whether outputs have let go of the barrier. Called in each turn of the task. */
    public void poll() {
        if (pending != null
                && pending.isOutputOpen()
                && outputs.isBarrierTaken(pending.checkpoint())) {
            pending.outputOpen(false);
            writeIfWhole();
        }
    }

    @Override
    public void resume(final int channel) {
        gate(channel).resume(channelOf.get(channel));
    }

    @Override
    public void startTimer(final long checkpoint, final long millis) {
        alignmentBeganMillis = context.clock.currentTimeMillis();
        context.clock.schedule(alignmentBeganMillis + millis, now -> aligner.onTimeout(checkpoint));
    }

    @Override
    public void snapshot(final CheckpointBarrier barrier, final boolean keepsInput) {
        if (pending != null) {
            abandon(pending.checkpoint(), "subsumed by checkpoint=" + barrier.checkpoint());
        }
        final BegunCheckpoint begun = context.snapshots.begun(barrier.checkpoint(), barrier.base());
        final ChannelState restored = new ChannelState();
        if (!gates.stream().allMatch(gate -> gate.addRestored(restored))) {
            context.listener.onDeclined(
                    barrier.checkpoint(), "data of another parallelism is being restored");
            return;
        }
        final List<OperatorState> state;
        try {
            state = context.state.take(begun);
        } catch (final Exception e) {
            throw new IllegalStateException("checkpoint=" + barrier.checkpoint() + ": " + e, e);
        }
        final long read = gates.stream().mapToLong(CheckpointedGate::restoredBytesRead).sum();
        pending = new SnapshotInProgress(begun.id(), context.subtask, state, restored, read);
        emit(barrier);
        if (context.log != null) {
            pending.logged(context.log.mark(barrier.checkpoint()), consumed(!keepsInput));
        }
        if (keepsInput) {
            pending.inputOpen(true);
            overtakeInput(barrier.checkpoint());
        }
        writeIfWhole();
    }

    /**
     * Whether a snapshot is being written: the stores that it is of must not be closed. The task's
     * thread is woken when it is written.
     *
     * @return true until no other thread uses what the task owns
     */
    public boolean isWriting() {
        return writing.get() > 0;
    }

    /**
     * Has the log give everything back, because the task ends. The task's thread is woken when it
     * has.
     *
     * @return true once no other thread uses what the task owns
     */
    public boolean isLogClosed() {
        return context.log == null || context.log.close();
    }

    /**
     * @return bytes in flight that were handed over to be written so far; with a log, all that was
     *     logged
     */
    public long bytesKept() {
        return context.log == null ? bytesKept : bytesKept + context.log.bytesLogged();
    }

    /** Whether what is in flight is in logs, and not kept here. */
    private boolean isLogged() {
        return context.log != null && !context.log.isBeside();
    }

    private void emit(final CheckpointBarrier barrier) {
        if (barrier.kind() != BarrierKind.ALIGNED_FOR_A_TIME) {
            outputs.emitBarrier(barrier, pending.outputs());
            requireFits("outputs", pending.outputs().newBytes(), outputs.dataBytesMax());
            return;
        }
        final long now = context.clock.currentTimeMillis();
        final long passed = gates.isEmpty() ? 0 : now - alignmentBeganMillis;
        final long left = Math.max(0, barrier.remainingMillis() - passed);
        final CheckpointBarrier sent = barrier.within(left);
        outputs.emitBarrier(sent, pending.outputs());
        if (isLogged()) {
            waiting = sent;
            context.clock.schedule(now + left, time -> onOutputTimeout(sent));
            return;
        }
        pending.outputOpen(!outputs.isBarrierTaken(sent.checkpoint()));
        final SnapshotInProgress mine = pending;
        context.clock.schedule(now + left, time -> onOutputTimeout(mine, sent));
    }

    private void onOutputTimeout(final SnapshotInProgress mine, final CheckpointBarrier sent) {
        if (mine == pending && mine.isOutputOpen()) {
            outputs.overtake(sent.as(BarrierKind.UNALIGNED), mine.outputs());
            requireFits("outputs", mine.outputs().newBytes(), outputs.dataBytesMax());
            mine.outputOpen(false);
            writeIfWhole();
        }
    }

    private void onOutputTimeout(final CheckpointBarrier sent) {
        if (waiting == sent) {
            waiting = null;
            outputs.overtake(sent.as(BarrierKind.UNALIGNED), new ChannelState());
        }
    }

    /** How far the state holds what came; {@code null} if nothing comes. */
    private ConsumedInput consumed(final boolean aligned) {
        final List<LogPosition> positions = new ArrayList<>();
        for (int channel = 0; channel < taken.length; channel++) {
            final CheckpointedGate gate = gate(channel);
            if (gate.keepsInFlight()) {
                final int own = channelOf.get(channel);
                final long position = taken[channel] - gate.unread(own).remaining();
                positions.add(new LogPosition(gate.idOf(own), position));
            }
        }
        return positions.isEmpty() ? null : new ConsumedInput(aligned, positions);
    }

    /** Barriers that wait behind data come in front of it; without a log the data is kept. */
    private void overtakeInput(final long checkpoint) {
        for (int channel = 0; channel < keeps.length; channel++) {
            if (aligner.awaits(channel)) {
                final CheckpointedGate gate = gate(channel);
                final int own = channelOf.get(channel);
                if (!isLogged()) {
                    pending.inputs().add(gate.idOf(own), gate.unread(own));
                    keeps[channel] = true;
                }
                gate.overtake(own, checkpoint);
            }
        }
    }

    private void onData(
            final int first, final CheckpointedGate gate, final int channel, final Buffer data) {
        // Restored data comes on channels behind those of the gate itself.
        if (channel >= gate.channelCount()) {
            return;
        }
        taken[first + channel] += data.length();
        if (keeps[first + channel]) {
            pending.inputs().add(gate.idOf(channel), data);
            if (pending.inputs().newBytes() > IN_FLIGHT_BYTES_MAX) {
                abandon(
                        pending.checkpoint(),
                        "bytes in flight exceed " + IN_FLIGHT_BYTES_MAX + " before all barriers");
            }
        }
    }

    @Override
    public void channelDone(final int channel, final long checkpoint) {
        if (!keeps[channel]) {
            return;
        }
        keeps[channel] = false;
        final CheckpointedGate gate = gate(channel);
        final int own = channelOf.get(channel);
        final long before = pending.inputs().newBytes();
        for (final Buffer buffer : gate.queuedBefore(own, checkpoint)) {
            pending.inputs().add(gate.idOf(own), buffer);
            buffer.release();
        }
        requireFits("inputs", pending.inputs().newBytes() - before, gate.dataBytesMax());
    }

    /**
     * What waits fits into the segments that it waits in (INV U16): more would be something kept
     * twice. What is read while barriers are missing has a limit of its own.
     */
    private static void requireFits(final String where, final long bytes, final long bytesMax) {
        if (bytes > bytesMax) {
            throw new IllegalStateException(
                    "in flight in " + where + ": bytes=" + bytes + " segmentBytes=" + bytesMax);
        }
    }

    @Override
    public void inputDone(final long checkpoint) {
        if (pending != null && pending.checkpoint() == checkpoint) {
            pending.inputOpen(false);
            writeIfWhole();
        }
    }

    @Override
    public void abandon(final long checkpoint, final String reason) {
        drop(checkpoint);
        context.listener.onDeclined(checkpoint, reason);
    }

    private void drop(final long checkpoint) {
        if (waiting != null && waiting.checkpoint() <= checkpoint) {
            waiting = null;
        }
        if (pending != null && pending.checkpoint() <= checkpoint) {
            release();
        }
    }

    private void release() {
        if (keeps != null) {
            Arrays.fill(keeps, false);
        }
        pending.close();
        pending = null;
    }

    private void writeIfWhole() {
        if (pending == null || !pending.isWhole()) {
            return;
        }
        final SnapshotInProgress whole = pending;
        pending = null;
        bytesKept += whole.inputs().newBytes() + whole.outputs().newBytes();
        writing.incrementAndGet();
        try {
            context.io.execute(() -> write(whole));
        } catch (final RuntimeException e) {
            writing.decrementAndGet();
            whole.close();
            context.listener.onDeclined(whole.checkpoint(), "not written: " + e);
        }
    }

    private void write(final SnapshotInProgress whole) {
        final CompletableFuture<TaskSnapshot> durable;
        try {
            durable = whole.write(context.snapshots);
        } catch (final IOException | RuntimeException e) {
            context.listener.onDeclined(whole.checkpoint(), "not written: " + e);
            return;
        } finally {
            writing.decrementAndGet();
            context.wake.run();
        }
        durable.whenComplete(
                (written, failure) -> {
                    if (failure == null) {
                        context.listener.onSnapshot(whole.checkpoint(), written);
                    } else {
                        context.listener.onDeclined(whole.checkpoint(), "not durable: " + failure);
                    }
                });
    }

    private CheckpointedGate gate(final int channel) {
        return gates.get(gateOf.get(channel));
    }

    /** Gives back what is held, because the task ends. Idempotent. */
    public void close() {
        waiting = null;
        if (pending != null) {
            release();
        }
    }
}
