package io.geminid.runtime.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.time.WatermarkStatus;
import io.geminid.runtime.time.Watermarks;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes down all that an operator sends.
 *
 * @param <O> type of the records
 */
public final class RecordedOutput<O> implements Output<O> {

    /** All, in order: {@link Element}, watermarks as numbers, status. */
    public final List<Object> events = new ArrayList<>();

    private long watermark = Watermarks.NONE;

    /** Makes an output that has taken nothing. */
    public RecordedOutput() {}

    /**
     * A record.
     *
     * @param tag id of the side output, or empty
     * @param value the record
     * @param timestampMillis its timestamp
     */
    public record Element(String tag, Object value, long timestampMillis) {}

    @Override
    public void collect(final O value, final long timestampMillis) {
        events.add(new Element("", value, timestampMillis));
    }

    @Override
    public <X> void collect(final OutputTag<X> tag, final X value, final long timestampMillis) {
        events.add(new Element(tag.id(), value, timestampMillis));
    }

    @Override
    public void emitWatermark(final long newWatermark) {
        assertThat(newWatermark).as("INV W1").isGreaterThan(watermark);
        watermark = newWatermark;
        events.add(newWatermark);
    }

    @Override
    public void emitStatus(final WatermarkStatus status) {
        events.add(status);
    }

    /**
     * @return values of the main output's records since the last call, in order
     */
    public List<Object> drainValues() {
        return drainValues("");
    }

    /**
     * @param tag id of a side output
     * @return values of its records since the last call of any drain method
     */
    public List<Object> drainValues(final String tag) {
        final List<Object> values = new ArrayList<>();
        for (final Object event : events) {
            if (event instanceof Element element && element.tag().equals(tag)) {
                values.add(element.value());
            }
        }
        events.clear();
        return values;
    }

    /**
     * @return everything since the last call, in order
     */
    public List<Object> drain() {
        final List<Object> drained = List.copyOf(events);
        events.clear();
        return drained;
    }
}
