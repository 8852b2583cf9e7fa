package io.geminid.flink.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * What the connections of a TaskManager have moved. Any thread; numbers only grow.
 *
 * <p>A <em>piece</em> is a contiguous part of a buffer: a buffer read from disk may have several.
 */
public final class ShuffleCounters {

    /** Data buffers sent. */
    public final LongAdder buffersSent = new LongAdder();

    /** Bytes of data buffers sent. */
    public final LongAdder bytesSent = new LongAdder();

    /** Events sent. */
    public final LongAdder eventsSent = new LongAdder();

    /** Data buffers received. */
    public final LongAdder buffersReceived = new LongAdder();

    /** Bytes of data buffers received. */
    public final LongAdder bytesReceived = new LongAdder();

    /** Events received. */
    public final LongAdder eventsReceived = new LongAdder();

    /** Pieces of data buffers that left from registered memory, without a copy. */
    public final LongAdder piecesRegistered = new LongAdder();

    /** Pieces of data buffers that left from direct memory that is not registered. */
    public final LongAdder piecesUnregistered = new LongAdder();

    /** Pieces of data buffers that were copied: from the heap, or too many for one frame. */
    public final LongAdder piecesCopied = new LongAdder();

    /** Received buffers that came in another segment than the one given, as a NIC does it. */
    public final LongAdder segmentsExchanged = new LongAdder();

    /** Channels that were asked of other TaskManagers. */
    public final LongAdder channelsOpened = new LongAdder();

    /** Channels that this TaskManager could not serve. */
    public final LongAdder channelsRefused = new LongAdder();

    /**
     * All counters, by the names that a metric system shows.
     *
     * @return in a fixed order
     */
    public Map<String, LongSupplier> byName() {
        final Map<String, LongSupplier> names = new LinkedHashMap<>();
        names.put("buffersSent", buffersSent::sum);
        names.put("bytesSent", bytesSent::sum);
        names.put("eventsSent", eventsSent::sum);
        names.put("buffersReceived", buffersReceived::sum);
        names.put("bytesReceived", bytesReceived::sum);
        names.put("eventsReceived", eventsReceived::sum);
        names.put("piecesRegistered", piecesRegistered::sum);
        names.put("piecesUnregistered", piecesUnregistered::sum);
        names.put("piecesCopied", piecesCopied::sum);
        names.put("segmentsExchanged", segmentsExchanged::sum);
        names.put("channelsOpened", channelsOpened::sum);
        names.put("channelsRefused", channelsRefused::sum);
        return names;
    }

    @Override
    public String toString() {
        return byName().entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue().getAsLong())
                .collect(Collectors.joining(" "));
    }
}
