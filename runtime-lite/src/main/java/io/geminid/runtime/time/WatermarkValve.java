package io.geminid.runtime.time;

import java.util.Arrays;

/**
 * Joins the watermarks of the channels of one input of a task: what has arrived on all of them. An
 * idle channel does not count; one that turns active again counts once its watermark has caught up
 * with what was sent (the rules of Flink's {@code StatusWatermarkValve}, FLINK-5017).
 *
 * <p>Task thread only. Cost of a watermark: one pass over the channels.
 */
public final class WatermarkValve {

    private final WatermarkOutput output;
    private final long[] watermarks;
    private final boolean[] idle;

    /** Whether the channel counts: active, and not catching up after it was idle. */
    private final boolean[] aligned;

    private int activeCount;
    private long lastSent = Watermarks.NONE;

    /**
     * A valve whose channels are all active and have sent nothing.
     *
     * @param channelCount how many, at least one
     * @param output where to
     */
    public WatermarkValve(final int channelCount, final WatermarkOutput output) {
        if (channelCount < 1) {
            throw new IllegalArgumentException("channelCount=" + channelCount);
        }
        this.output = output;
        watermarks = new long[channelCount];
        idle = new boolean[channelCount];
        aligned = new boolean[channelCount];
        Arrays.fill(watermarks, Watermarks.NONE);
        Arrays.fill(aligned, true);
        activeCount = channelCount;
    }

    /**
     * A watermark arrives.
     *
     * @param channel on which
     * @param watermark ignored if the channel is idle or was as far already
     */
    public void onWatermark(final int channel, final long watermark) {
        if (idle[channel] || watermark <= watermarks[channel]) {
            return;
        }
        watermarks[channel] = watermark;
        aligned[channel] |= watermark >= lastSent;
        sendMinimumOfAligned();
    }

    /**
     * A status arrives.
     *
     * @param channel on which
     * @param status ignored if not new
     */
    public void onStatus(final int channel, final WatermarkStatus status) {
        final boolean nowIdle = status == WatermarkStatus.IDLE;
        if (idle[channel] == nowIdle) {
            return;
        }
        idle[channel] = nowIdle;
        if (nowIdle) {
            activeCount--;
            aligned[channel] = false;
            onIdle(watermarks[channel] == lastSent);
        } else {
            activeCount++;
            aligned[channel] = watermarks[channel] >= lastSent;
            if (activeCount == 1) {
                output.emitStatus(WatermarkStatus.ACTIVE);
            }
        }
    }

    /**
     * How far a channel has come.
     *
     * @param channel which
     * @return its watermark, or {@link Watermarks#NONE}
     */
    public long watermark(final int channel) {
        return watermarks[channel];
    }

    /**
     * Whether a channel is idle.
     *
     * @param channel which
     * @return true if it does not count
     */
    public boolean isIdle(final int channel) {
        return idle[channel];
    }

    /**
     * What was sent last.
     *
     * @return a watermark, or {@link Watermarks#NONE}
     */
    public long lastSent() {
        return lastSent;
    }

    /**
     * Sets a channel to where it was before a failure. Nothing is sent. If it is active it counts,
     * however far the others have come: its records are to be read, and would all be late if time
     * went on without it. (A channel that was catching up then holds the others back instead.)
     *
     * @param channel which
     * @param watermark its watermark
     * @param isIdle whether it does not count
     */
    public void set(final int channel, final long watermark, final boolean isIdle) {
        if (idle[channel] != isIdle) {
            activeCount += isIdle ? -1 : 1;
        }
        idle[channel] = isIdle;
        watermarks[channel] = watermark;
        aligned[channel] = !isIdle;
    }

    /**
     * Sends again what was sent last before a failure, so that whoever is behind this knows how far
     * event time has come. To be called once, before {@link #set}.
     *
     * @param watermark what {@link #lastSent} said
     * @param isIdle whether no channel counted
     */
    public void resend(final long watermark, final boolean isIdle) {
        send(watermark);
        if (isIdle) {
            output.emitStatus(WatermarkStatus.IDLE);
        }
    }

    /**
     * Whether no channel counts.
     *
     * @return true if the stream is idle
     */
    public boolean isAllIdle() {
        return activeCount == 0;
    }

    private void onIdle(final boolean heldBack) {
        if (activeCount > 0) {
            if (heldBack) {
                sendMinimumOfAligned();
            }
            return;
        }
        if (heldBack) {
            // Nobody will advance now: let everything through that arrived on any channel.
            send(Arrays.stream(watermarks).max().orElseThrow());
        }
        output.emitStatus(WatermarkStatus.IDLE);
    }

    private void sendMinimumOfAligned() {
        long minimum = Watermarks.MAX;
        boolean any = false;
        for (int channel = 0; channel < watermarks.length; channel++) {
            if (aligned[channel]) {
                any = true;
                minimum = Math.min(minimum, watermarks[channel]);
            }
        }
        if (any) {
            send(minimum);
        }
    }

    private void send(final long watermark) {
        if (watermark > lastSent) {
            lastSent = watermark;
            output.emitWatermark(watermark);
        }
    }
}
