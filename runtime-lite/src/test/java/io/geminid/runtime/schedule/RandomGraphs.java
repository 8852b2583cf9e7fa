package io.geminid.runtime.schedule;

import io.geminid.runtime.api.DataStream;
import io.geminid.runtime.api.StreamJob;
import io.geminid.runtime.connector.NexmarkEvent;
import io.geminid.runtime.connector.NexmarkSource;
import io.geminid.runtime.graph.GraphException;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.exchange.ExchangeMode;
import io.geminid.runtime.graph.stream.ChainingStrategy;
import io.geminid.runtime.operator.AbstractTwoInputOperator;
import io.geminid.runtime.time.WatermarkStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Job graphs, of which nothing but the shape matters. */
public final class RandomGraphs {

    private RandomGraphs() {}

    /** Up to eight vertices, every exchange and mode, none of which wait for each other. */
    public static JobGraph withoutCircles(final Random random) {
        while (true) {
            final JobGraph graph = any(random);
            try {
                new PipelinedRegions(graph);
                return graph;
            } catch (final GraphException e) {
                assert e.getMessage().contains("mode=BLOCKING");
            }
        }
    }

    private static JobGraph any(final Random random) {
        final StreamJob job = new StreamJob();
        final List<DataStream<NexmarkEvent>> streams = new ArrayList<>();
        final List<Integer> widths = new ArrayList<>();
        final int vertices = 2 + random.nextInt(7);
        for (int i = 0; i < vertices; i++) {
            final int width = 1 + random.nextInt(5);
            job.parallelism(width);
            if (i == 0 || random.nextInt(5) == 0) {
                streams.add(source(job, i));
            } else {
                final int from = random.nextInt(i);
                final DataStream<NexmarkEvent> first =
                        exchange(random, streams.get(from), widths.get(from) == width);
                final int other = random.nextInt(i);
                streams.add(
                        random.nextBoolean()
                                ? first.map("map" + i, e -> e, NexmarkEvent.SERIALIZER)
                                        .chaining(ChainingStrategy.NEVER)
                                : first.connect(
                                        "join" + i,
                                        exchange(
                                                random,
                                                streams.get(other),
                                                widths.get(other) == width),
                                        Both::new,
                                        NexmarkEvent.SERIALIZER));
            }
            widths.add(width);
        }
        return job.toJobGraph();
    }

    private static DataStream<NexmarkEvent> source(final StreamJob job, final int i) {
        return job.source(
                "source" + i,
                new NexmarkSource(1, 1, 0, 0),
                WatermarkStrategy.noWatermarks(),
                NexmarkEvent.SERIALIZER);
    }

    private static DataStream<NexmarkEvent> exchange(
            final Random random, final DataStream<NexmarkEvent> from, final boolean sameWidth) {
        final DataStream<NexmarkEvent> stream =
                switch (random.nextInt(sameWidth ? 4 : 3)) {
                    case 0 -> from.rebalance();
                    case 1 -> from.broadcast();
                    case 2 -> from.rescale();
                    default -> from.forward();
                };
        return stream.exchangeMode(
                random.nextInt(3) > 0 ? ExchangeMode.BLOCKING : ExchangeMode.PIPELINED);
    }

    /** A consumer that runs with its producer over one edge, and only after it over the other. */
    static JobGraph circle() {
        final StreamJob job = new StreamJob().parallelism(2);
        final DataStream<NexmarkEvent> source = source(job, 0);
        source.forward()
                .connect(
                        "join",
                        source.rebalance().exchangeMode(ExchangeMode.BLOCKING),
                        Both::new,
                        NexmarkEvent.SERIALIZER);
        return job.toJobGraph();
    }

    /** Stages with blocking edges from everybody to everybody between them. */
    static JobGraph allToAll(final int stages, final int width) {
        final StreamJob job = new StreamJob().parallelism(width);
        DataStream<NexmarkEvent> stream = source(job, 0);
        for (int i = 1; i < stages; i++) {
            stream =
                    stream.rebalance()
                            .exchangeMode(ExchangeMode.BLOCKING)
                            .map("map" + i, e -> e, NexmarkEvent.SERIALIZER);
        }
        return job.toJobGraph();
    }

    private static final class Both
            extends AbstractTwoInputOperator<NexmarkEvent, NexmarkEvent, NexmarkEvent> {

        @Override
        public void processElement1(final NexmarkEvent value, final long timestampMillis) {}

        @Override
        public void processElement2(final NexmarkEvent value, final long timestampMillis) {}
    }
}
