package io.geminid.runtime.graph.stream;

import io.geminid.runtime.graph.exchange.ExchangeMode;
import io.geminid.runtime.graph.exchange.Partitioner;
import io.geminid.runtime.operator.OutputTag;
import io.geminid.serial.RecordSerializer;

/**
 * How records go along an edge.
 *
 * @param partitioner which consumers a record goes to
 * @param serializer how it becomes bytes if the edge is not chained
 * @param sideOutput which side output of the producer; {@code null} for the main one
 * @param mode when it may be consumed
 * @param shuffleService name of the service that carries it if it is not chained, or {@link
 *     #SERVICE_DEFAULT}
 * @param <T> type of the records
 */
public record EdgeSpec<T>(
        Partitioner<T> partitioner,
        RecordSerializer<T> serializer,
        OutputTag<T> sideOutput,
        ExchangeMode mode,
        String shuffleService) {

    /** The service that the cluster is configured with. */
    public static final String SERVICE_DEFAULT = "default";

    /**
     * A pipelined edge of the main output over the default service.
     *
     * @param partitioner see {@link #partitioner()}
     * @param serializer see {@link #serializer()}
     * @param <T> type of the records
     * @return the spec
     */
    public static <T> EdgeSpec<T> of(
            final Partitioner<T> partitioner, final RecordSerializer<T> serializer) {
        return new EdgeSpec<>(
                partitioner, serializer, null, ExchangeMode.PIPELINED, SERVICE_DEFAULT);
    }

    /**
     * The same with another partitioner.
     *
     * @param other see {@link #partitioner()}
     * @return a changed copy
     */
    public EdgeSpec<T> withPartitioner(final Partitioner<T> other) {
        return new EdgeSpec<>(other, serializer, sideOutput, mode, shuffleService);
    }

    /**
     * The same from a side output.
     *
     * @param tag see {@link #sideOutput()}
     * @return a changed copy
     */
    public EdgeSpec<T> withSideOutput(final OutputTag<T> tag) {
        return new EdgeSpec<>(partitioner, serializer, tag, mode, shuffleService);
    }

    /**
     * The same in another mode.
     *
     * @param exchangeMode see {@link #mode()}
     * @return a changed copy
     */
    public EdgeSpec<T> withMode(final ExchangeMode exchangeMode) {
        return new EdgeSpec<>(partitioner, serializer, sideOutput, exchangeMode, shuffleService);
    }

    /**
     * The same over another service.
     *
     * @param service see {@link #shuffleService()}
     * @return a changed copy
     */
    public EdgeSpec<T> withShuffleService(final String service) {
        return new EdgeSpec<>(partitioner, serializer, sideOutput, mode, service);
    }
}
