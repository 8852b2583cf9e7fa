package io.geminid.runtime.task.checkpoint;

import io.geminid.shuffle.event.BarrierKind;
import io.geminid.shuffle.event.CheckpointBarrier;
import java.util.Arrays;

/**
 * Decides when a task takes its snapshot: one for all of its gates (INV U5). Knows the rules and
 * does nothing itself. Channels are counted through all gates.
 *
 * <p>At most one checkpoint is under way: a newer one ends the one before (INV U13). A barrier of a
 * checkpoint that is over only lets its channel go on (INV U6).
 *
 * <p>Task thread only.
 */
public final class BarrierAligner {

    private static final long NONE = 0;

    private final Actions actions;
    private final boolean[] open;
    private final boolean[] arrived;
    private final boolean[] held;
    private int openCount;
    private int arrivedCount;
    private long pending = NONE;
    private long lastOver = NONE;
    private CheckpointBarrier latest;
    private boolean unaligned;
    private boolean timerStarted;

    /**
     * Starts with all channels open.
     *
     * @param channelCount channels of all gates
     * @param actions what is to be done
     */
    public BarrierAligner(final int channelCount, final Actions actions) {
        this.actions = actions;
        open = new boolean[channelCount];
        arrived = new boolean[channelCount];
        held = new boolean[channelCount];
        Arrays.fill(open, true);
        openCount = channelCount;
    }

    /** What an aligner has done. Called on the task's thread. */
    public interface Actions {

        /**
         * Lets a channel go on behind a barrier that held its producer.
         *
         * @param channel which
         */
        void resume(int channel);

        /**
         * The moment of the snapshot: barriers go out, then state is kept.
         *
         * @param barrier as the outputs are to send it
         * @param keepsInput whether what is in flight belongs to the checkpoint; {@link
         *     #channelDone} and {@link #inputDone} follow
         */
        void snapshot(CheckpointBarrier barrier, boolean keepsInput);

        /**
         * The barrier of a channel has come, or the channel has ended: nothing behind it belongs to
         * the checkpoint.
         *
         * @param channel which
         * @param checkpoint which
         */
        void channelDone(int channel, long checkpoint);

        /**
         * All channels are done.
         *
         * @param checkpoint which
         */
        void inputDone(long checkpoint);

        /**
         * A checkpoint will not be.
         *
         * @param checkpoint which
         * @param reason why
         */
        void abandon(long checkpoint, String reason);

        /**
         * Starts to measure how long alignment takes; {@link BarrierAligner#onTimeout} is called
         * when it took too long.
         *
         * @param checkpoint which
         * @param millis how long it may take
         */
        void startTimer(long checkpoint, long millis);
    }

    /**
     * A barrier was read.
     *
     * @param channel on which
     * @param barrier of any kind
     */
    public void onBarrier(final int channel, final CheckpointBarrier barrier) {
        if (barrier.checkpoint() <= lastOver || barrier.checkpoint() < pending) {
            if (barrier.blocksUpstream() || barrier.kind() == BarrierKind.OVERTAKEN) {
                actions.resume(channel);
            }
            return;
        }
        begin(barrier);
        if (arrived[channel]) {
            throw new IllegalStateException("channel=" + channel + " has twice " + barrier);
        }
        if (barrier.kind().overtakes()) {
            goUnaligned();
        }
        arrived[channel] = true;
        arrivedCount++;
        if (barrier.kind() == BarrierKind.OVERTAKEN || unaligned && barrier.blocksUpstream()) {
            actions.resume(channel);
        } else if (barrier.blocksUpstream()) {
            held[channel] = true;
        }
        afterArrival(channel);
    }

    /**
     * A barrier waits in a channel, behind data.
     *
     * @param barrier the barrier
     */
    public void onAnnouncement(final CheckpointBarrier barrier) {
        if (barrier.checkpoint() > lastOver && barrier.checkpoint() >= pending) {
            begin(barrier);
        }
    }

    /**
     * Alignment has taken too long. Passed over if it is not under way any more.
     *
     * @param checkpoint which
     */
    public void onTimeout(final long checkpoint) {
        if (pending == checkpoint && !unaligned) {
            goUnaligned();
        }
    }

    /**
     * A channel has ended; from now on it counts as if its barrier were there (FLIP-147).
     *
     * @param channel which
     */
    public void onEndOfPartition(final int channel) {
        if (!open[channel]) {
            return;
        }
        open[channel] = false;
        openCount--;
        if (pending != NONE) {
            if (arrived[channel]) {
                arrivedCount--;
            }
            afterArrival(channel);
        }
    }

    /**
     * Somebody else has given a checkpoint up.
     *
     * @param checkpoint which
     */
    public void onAbort(final long checkpoint) {
        if (pending != NONE && checkpoint >= pending) {
            over();
        }
        if (pending == NONE) {
            lastOver = Math.max(lastOver, checkpoint);
        }
    }

    private void begin(final CheckpointBarrier barrier) {
        if (barrier.checkpoint() > pending) {
            if (pending != NONE) {
                final long before = pending;
                over();
                actions.abandon(before, "subsumed by checkpoint=" + barrier.checkpoint());
            }
            pending = barrier.checkpoint();
        }
        latest = barrier;
        if (barrier.kind() == BarrierKind.ALIGNED_FOR_A_TIME && !timerStarted && !unaligned) {
            timerStarted = true;
            actions.startTimer(pending, barrier.remainingMillis());
        }
    }

    private void goUnaligned() {
        if (unaligned) {
            return;
        }
        unaligned = true;
        actions.snapshot(latest.as(BarrierKind.UNALIGNED), true);
        resumeHeld();
    }

    /**
     * Whether the pending checkpoint still waits for a channel. At {@link Actions#snapshot} that is
     * so for the channels whose data in flight belongs to it.
     *
     * @param channel which
     * @return false if its barrier was read or it has ended
     */
    public boolean awaits(final int channel) {
        return open[channel] && !arrived[channel];
    }

    private void afterArrival(final int channel) {
        final long checkpoint = pending;
        if (unaligned) {
            actions.channelDone(channel, checkpoint);
        }
        if (arrivedCount < openCount) {
            return;
        }
        if (unaligned) {
            over();
            actions.inputDone(checkpoint);
        } else {
            actions.snapshot(forOutputs(latest), false);
            over();
        }
    }

    private static CheckpointBarrier forOutputs(final CheckpointBarrier barrier) {
        if (barrier.kind() != BarrierKind.FORCED_ALIGNED) {
            return barrier;
        }
        return barrier.as(
                barrier.remainingMillis() == 0
                        ? BarrierKind.UNALIGNED
                        : BarrierKind.ALIGNED_FOR_A_TIME);
    }

    private void over() {
        lastOver = pending;
        pending = NONE;
        unaligned = false;
        timerStarted = false;
        arrivedCount = 0;
        Arrays.fill(arrived, false);
        resumeHeld();
    }

    private void resumeHeld() {
        for (int channel = 0; channel < held.length; channel++) {
            if (held[channel] && open[channel]) {
                actions.resume(channel);
            }
            held[channel] = false;
        }
    }

    @Override
    public String toString() {
        return "pending="
                + pending
                + " arrived="
                + arrivedCount
                + " of "
                + openCount
                + (unaligned ? " unaligned" : "");
    }
}
