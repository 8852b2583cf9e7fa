package io.geminid.runtime.time;

import java.util.Arrays;

/**
 * Joins the watermarks of a few parts of one operator: the two inputs of a {@code
 * TwoInputOperator}, or the splits of a source. The combined watermark is the lowest one of the
 * parts that are not idle, and never goes back; the whole is idle if all parts are, and before it
 * turns so the highest one is let through (the rules of Flink's {@code
 * WatermarkOutputMultiplexer}).
 *
 * <p>Unlike in {@link WatermarkValve}, a part that turns active holds the others back at once.
 *
 * <p>Task thread only.
 */
public final class WatermarkCombiner {

    private final WatermarkOutput output;
    private final long[] watermarks;
    private final WatermarkStatus[] statuses;
    private final boolean[] removed;
    private long lastSent = Watermarks.NONE;
    private WatermarkStatus lastStatus = WatermarkStatus.ACTIVE;

    /**
     * A combiner whose parts are all active and have sent nothing.
     *
     * @param partCount how many
     * @param output where to
     */
    public WatermarkCombiner(final int partCount, final WatermarkOutput output) {
        this.output = output;
        watermarks = new long[partCount];
        statuses = new WatermarkStatus[partCount];
        removed = new boolean[partCount];
        Arrays.fill(watermarks, Watermarks.NONE);
        Arrays.fill(statuses, WatermarkStatus.ACTIVE);
    }

    /**
     * A part advances; that makes it active.
     *
     * @param part which
     * @param watermark ignored if not greater than the part's before
     */
    public void onWatermark(final int part, final long watermark) {
        watermarks[part] = Math.max(watermarks[part], watermark);
        statuses[part] = WatermarkStatus.ACTIVE;
        send();
    }

    /**
     * A part turns idle or active.
     *
     * @param part which
     * @param status its status
     */
    public void onStatus(final int part, final WatermarkStatus status) {
        statuses[part] = status;
        send();
    }

    /**
     * A part has ended: it does not count any more. If it was the last one, nothing is sent; what
     * comes then is for the caller to say.
     *
     * @param part which
     */
    public void remove(final int part) {
        removed[part] = true;
        send();
    }

    /**
     * What was sent last.
     *
     * @return the combined watermark
     */
    public long watermark() {
        return lastSent;
    }

    /**
     * What was sent last.
     *
     * @return the combined status
     */
    public WatermarkStatus status() {
        return lastStatus;
    }

    private void send() {
        long minimum = Watermarks.MAX;
        long maximum = Watermarks.NONE;
        boolean anyPart = false;
        boolean anyActive = false;
        for (int part = 0; part < watermarks.length; part++) {
            if (!removed[part]) {
                anyPart = true;
                maximum = Math.max(maximum, watermarks[part]);
                if (statuses[part] == WatermarkStatus.ACTIVE) {
                    anyActive = true;
                    minimum = Math.min(minimum, watermarks[part]);
                }
            }
        }
        if (!anyPart) {
            return;
        }
        // An idle stream sends no watermarks: what is due goes before it turns idle.
        if (anyActive) {
            sendStatus(WatermarkStatus.ACTIVE);
            sendWatermark(minimum);
        } else {
            sendWatermark(maximum);
            sendStatus(WatermarkStatus.IDLE);
        }
    }

    private void sendWatermark(final long watermark) {
        if (watermark > lastSent) {
            lastSent = watermark;
            output.emitWatermark(watermark);
        }
    }

    private void sendStatus(final WatermarkStatus status) {
        if (status != lastStatus) {
            lastStatus = status;
            output.emitStatus(status);
        }
    }
}
