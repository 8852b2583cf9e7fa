package io.geminid.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** Takes watermarks and status down; refuses what no stream may contain. */
final class RecordedWatermarks implements WatermarkOutput {

    final List<Object> events = new ArrayList<>();
    long watermark = Watermarks.NONE;
    WatermarkStatus status = WatermarkStatus.ACTIVE;

    @Override
    public void emitWatermark(final long newWatermark) {
        assertThat(newWatermark).as("INV W1").isGreaterThan(watermark);
        assertThat(status).isEqualTo(WatermarkStatus.ACTIVE);
        watermark = newWatermark;
        events.add(newWatermark);
    }

    @Override
    public void emitStatus(final WatermarkStatus newStatus) {
        assertThat(newStatus).isNotEqualTo(status);
        status = newStatus;
        events.add(newStatus);
    }

    List<Object> drain() {
        final List<Object> drained = List.copyOf(events);
        events.clear();
        return drained;
    }
}
