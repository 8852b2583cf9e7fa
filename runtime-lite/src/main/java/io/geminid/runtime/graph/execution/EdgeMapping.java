package io.geminid.runtime.graph.execution;

import io.geminid.runtime.graph.exchange.DistributionPattern;
import java.util.ArrayList;
import java.util.List;

/**
 * Which subpartitions each producing subtask has and which of them each consuming subtask reads:
 * the same as in Flink. Pure arithmetic.
 *
 * <p>All-to-all: subpartition {@code c} of every producer is for consumer {@code c}. Pointwise with
 * at least as many producers as consumers: every producer has one subpartition, and a consumer
 * reads a contiguous range of producers. Pointwise with fewer producers: a producer has a
 * subpartition for each consumer of its contiguous range. Ranges are as even as integers allow.
 *
 * @param pattern which are connected
 * @param producers number of producing subtasks
 * @param consumers number of consuming subtasks
 */
public record EdgeMapping(DistributionPattern pattern, int producers, int consumers) {

    /** Checks the numbers. */
    public EdgeMapping {
        if (producers < 1 || consumers < 1) {
            throw new IllegalArgumentException(
                    "producers=" + producers + " consumers=" + consumers);
        }
    }

    /**
     * Number of subpartitions of a producer.
     *
     * @param producer its index
     * @return at least 1
     */
    public int subpartitionCount(final int producer) {
        if (pattern == DistributionPattern.ALL_TO_ALL) {
            return consumers;
        }
        return producers >= consumers ? 1 : firstConsumer(producer + 1) - firstConsumer(producer);
    }

    /**
     * Who reads a subpartition.
     *
     * @param producer index of the producer
     * @param subpartition index of the subpartition
     * @return index of the consumer
     */
    public int consumerOf(final int producer, final int subpartition) {
        if (pattern == DistributionPattern.ALL_TO_ALL) {
            return subpartition;
        }
        if (producers < consumers) {
            final int first = firstConsumer(producer);
            return first + Math.floorMod(subpartition - first, subpartitionCount(producer));
        }
        // The last consumer whose range begins at or before the producer.
        return (int) (((long) producer * consumers + consumers - 1) / producers);
    }

    /**
     * What a consumer reads, by producer.
     *
     * @param consumer its index
     * @return at least one channel
     */
    public List<Channel> channelsOf(final int consumer) {
        final List<Channel> channels = new ArrayList<>();
        if (pattern == DistributionPattern.ALL_TO_ALL) {
            for (int producer = 0; producer < producers; producer++) {
                channels.add(new Channel(producer, consumer));
            }
        } else if (producers >= consumers) {
            for (int p = firstProducer(consumer); p < firstProducer(consumer + 1); p++) {
                channels.add(new Channel(p, 0));
            }
        } else {
            final int producer = (int) ((long) consumer * producers / consumers);
            channels.add(new Channel(producer, consumer % subpartitionCount(producer)));
        }
        return channels;
    }

    /**
     * The parts of the edge that have nothing to do with each other: everybody in one is connected
     * with everybody on its other side.
     *
     * @return one for all-to-all, otherwise one for each subtask of the smaller side
     */
    public List<Part> parts() {
        final List<Part> parts = new ArrayList<>();
        if (pattern == DistributionPattern.ALL_TO_ALL) {
            parts.add(new Part(0, producers, 0, consumers));
        } else if (producers >= consumers) {
            for (int c = 0; c < consumers; c++) {
                parts.add(new Part(firstProducer(c), firstProducer(c + 1), c, c + 1));
            }
        } else {
            for (int p = 0; p < producers; p++) {
                parts.add(new Part(p, p + 1, firstConsumer(p), firstConsumer(p + 1)));
            }
        }
        return parts;
    }

    /**
     * Producers and consumers that are all connected with each other, and with nobody else.
     *
     * @param firstProducer index
     * @param producersEnd index behind the last one
     * @param firstConsumer index
     * @param consumersEnd index behind the last one
     */
    public record Part(int firstProducer, int producersEnd, int firstConsumer, int consumersEnd) {}

    /** With at least as many producers as consumers: rounded down. */
    private int firstProducer(final int consumer) {
        return (int) ((long) consumer * producers / consumers);
    }

    /** With fewer producers than consumers: rounded up. */
    private int firstConsumer(final int producer) {
        return (int) (((long) producer * consumers + producers - 1) / producers);
    }

    /**
     * A subpartition of a producer, as a consumer sees it.
     *
     * @param producer index of the producer
     * @param subpartition index of the subpartition
     */
    public record Channel(int producer, int subpartition) {}
}
