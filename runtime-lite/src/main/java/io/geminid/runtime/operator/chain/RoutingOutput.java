package io.geminid.runtime.operator.chain;

import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.OutputTag;
import io.geminid.runtime.time.WatermarkStatus;
import io.geminid.runtime.time.Watermarks;
import java.util.List;

/**
 * The output of one operator of a chain: to all of its edges, chained or not. Watermarks and status
 * go to every edge. As long as the stream is idle, watermarks are held back, and a status that is
 * not new is not repeated.
 *
 * @param <T> type of the records of the main output
 */
final class RoutingOutput<T> implements Output<T> {

    private final String name;
    private final Output<T>[] main;
    private final Route<?>[] side;
    private long lastWatermark = Watermarks.NONE;
    private WatermarkStatus status = WatermarkStatus.ACTIVE;

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generic types
    RoutingOutput(final String name, final List<Output<T>> main, final List<Route<?>> side) {
        this.name = name;
        this.main = main.toArray(new Output[0]);
        this.side = side.toArray(new Route[0]);
    }

    @Override
    public void collect(final T value, final long timestampMillis) {
        for (final Output<T> output : main) {
            output.collect(value, timestampMillis);
        }
    }

    @Override
    @SuppressWarnings("unchecked") // equal tags have equal types
    public <X> void collect(final OutputTag<X> tag, final X value, final long timestampMillis) {
        for (final Route<?> route : side) {
            if (route.tag().equals(tag)) {
                ((Route<X>) route).output().collect(value, timestampMillis);
            }
        }
    }

    @Override
    public void emitWatermark(final long watermark) {
        if (status == WatermarkStatus.IDLE) {
            return;
        }
        assert watermark > lastWatermark
                : "operator=" + name + " watermark=" + watermark + " last=" + lastWatermark;
        lastWatermark = watermark;
        for (final Output<T> output : main) {
            output.emitWatermark(watermark);
        }
        for (final Route<?> route : side) {
            route.output().emitWatermark(watermark);
        }
    }

    @Override
    public void emitStatus(final WatermarkStatus newStatus) {
        if (status == newStatus) {
            return;
        }
        status = newStatus;
        for (final Output<T> output : main) {
            output.emitStatus(newStatus);
        }
        for (final Route<?> route : side) {
            route.output().emitStatus(newStatus);
        }
    }

    /**
     * An edge of a side output.
     *
     * @param tag of which
     * @param output where to
     * @param <X> type of the records
     */
    record Route<X>(OutputTag<X> tag, Output<X> output) {}
}
