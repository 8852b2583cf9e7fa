package io.geminid.flink;

import io.geminid.flink.network.ShuffleCounters;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.TransportCounters;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.fallback.FallbackCounters;
import io.geminid.shuffle.transport.fallback.FallbackTransport;
import java.util.Locale;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Shows in Flink's metrics of a TaskManager, under {@code Status.Shuffle.Geminid}, what our
 * connections do. Flink's own {@code Status.Shuffle.Netty} goes on counting its buffer pools.
 */
final class ShuffleMetrics {

    private static final String SHUFFLE_GROUP = "Shuffle";
    private static final String OUR_GROUP = "Geminid";

    private ShuffleMetrics() {}

    static void register(
            final MetricGroup parent, final ShuffleCounters counters, final Transport transport) {
        final MetricGroup group = parent.addGroup(SHUFFLE_GROUP).addGroup(OUR_GROUP);
        group.gauge("transport", (Gauge<String>) transport::name);
        counters.byName()
                .forEach((name, value) -> group.gauge(name, (Gauge<Long>) value::getAsLong));
        if (transport instanceof FallbackTransport auto) {
            final FallbackCounters ways = auto.fallbackCounters();
            group.gauge("startedOverRdma", (Gauge<Long>) ways::startedFast);
            group.gauge("startedOverTcp", (Gauge<Long>) ways::startedSure);
            group.gauge("movedToTcp", (Gauge<Long>) ways::fallbacks);
        }
        final TransportCounters moved = transport.counters();
        group.gauge("connections", (Gauge<Integer>) moved::connections);
        final MetricGroup refused = group.addGroup("refused");
        for (final Reason reason : Reason.values()) {
            if (TransportCounters.isRefusal(reason)) {
                refused.gauge(camelCase(reason.name()), (Gauge<Long>) () -> moved.ended(reason));
            }
        }
    }

    /** {@code BAD_MAGIC} is shown as {@code badMagic}. */
    private static String camelCase(final String constant) {
        final StringBuilder name = new StringBuilder();
        for (final String word : constant.split("_")) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        name.setCharAt(0, Character.toLowerCase(name.charAt(0)));
        return name.toString();
    }
}
