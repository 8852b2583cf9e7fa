package io.geminid.runtime.graph.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.graph.exchange.DistributionPattern;
import io.geminid.runtime.graph.execution.EdgeMapping.Channel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who is connected with whom, against a second formulation that deals out cards. */
class EdgeMappingTest {

    // INV edge mapping (RT-21): for all parallelisms of 1 to 32.
    @Test
    void pointwiseIsTheSameAsDealingOut() {
        for (int producers = 1; producers <= 32; producers++) {
            for (int consumers = 1; consumers <= 32; consumers++) {
                final EdgeMapping mapping =
                        new EdgeMapping(DistributionPattern.POINTWISE, producers, consumers);
                check(mapping, dealt(producers, consumers));
            }
        }
    }

    @Test
    void allToAllConnectsEachWithEach() {
        for (int producers = 1; producers <= 32; producers++) {
            for (int consumers = 1; consumers <= 32; consumers++) {
                final Map<Integer, List<Integer>> all = new TreeMap<>();
                for (int producer = 0; producer < producers; producer++) {
                    for (int consumer = 0; consumer < consumers; consumer++) {
                        all.computeIfAbsent(producer, p -> new ArrayList<>()).add(consumer);
                    }
                }
                check(new EdgeMapping(DistributionPattern.ALL_TO_ALL, producers, consumers), all);
            }
        }
    }

    // Golden: as Flink connects them.
    @Test
    void someKnownMappings() {
        assertThat(consumers(new EdgeMapping(DistributionPattern.POINTWISE, 3, 5)))
                .isEqualTo(Map.of(0, List.of(0, 1), 1, List.of(2, 3), 2, List.of(4)));
        assertThat(consumers(new EdgeMapping(DistributionPattern.POINTWISE, 2, 5)))
                .isEqualTo(Map.of(0, List.of(0, 1, 2), 1, List.of(4, 3)));
        assertThat(consumers(new EdgeMapping(DistributionPattern.POINTWISE, 5, 3)))
                .isEqualTo(
                        Map.of(
                                0,
                                List.of(0),
                                1,
                                List.of(1),
                                2,
                                List.of(1),
                                3,
                                List.of(2),
                                4,
                                List.of(2)));
        assertThat(consumers(new EdgeMapping(DistributionPattern.POINTWISE, 4, 2)))
                .isEqualTo(Map.of(0, List.of(0), 1, List.of(0), 2, List.of(1), 3, List.of(1)));
        assertThat(new EdgeMapping(DistributionPattern.POINTWISE, 3, 5).channelsOf(3))
                .containsExactly(new Channel(1, 1));
    }

    @Test
    void largeNumbersDoNotOverflow() {
        final int large = 100_000;
        final EdgeMapping mapping =
                new EdgeMapping(DistributionPattern.POINTWISE, large, large - 1);
        assertThat(mapping.channelsOf(large - 2))
                .containsExactly(new Channel(large - 2, 0), new Channel(large - 1, 0));
        assertThat(mapping.consumerOf(large - 1, 0)).isEqualTo(large - 2);
    }

    /**
     * The larger side is laid out in a row. The smaller side cuts the row into as many pieces as it
     * has members, member i's piece beginning at i/n of the row; a piece that would begin inside an
     * element begins at that element's start if producers are in the row, and behind it if
     * consumers are.
     */
    private static Map<Integer, List<Integer>> dealt(final int producers, final int consumers) {
        final boolean producersInRow = producers >= consumers;
        final int row = Math.max(producers, consumers);
        final int members = Math.min(producers, consumers);
        final Map<Integer, List<Integer>> consumersOf = new TreeMap<>();
        for (int element = 0; element < row; element++) {
            int owner = 0;
            for (int member = 0; member < members; member++) {
                final boolean begins =
                        producersInRow
                                ? member * row < (element + 1) * members
                                : member * row <= element * members;
                owner = begins ? member : owner;
            }
            final int producer = producersInRow ? element : owner;
            final int consumer = producersInRow ? owner : element;
            consumersOf.computeIfAbsent(producer, p -> new ArrayList<>()).add(consumer);
        }
        // A producer's n consumers sit round a table with n places, at the place c mod n.
        consumersOf.values().forEach(c -> c.sort(Comparator.comparingInt(i -> i % c.size())));
        return consumersOf;
    }

    private static Map<Integer, List<Integer>> consumers(final EdgeMapping mapping) {
        final Map<Integer, List<Integer>> consumersOf = new TreeMap<>();
        for (int producer = 0; producer < mapping.producers(); producer++) {
            final List<Integer> consumers = new ArrayList<>();
            for (int i = 0; i < mapping.subpartitionCount(producer); i++) {
                consumers.add(mapping.consumerOf(producer, i));
            }
            consumersOf.put(producer, consumers);
        }
        return consumersOf;
    }

    private static void check(
            final EdgeMapping mapping, final Map<Integer, List<Integer>> expected) {
        assertThat(consumers(mapping)).as("%s", mapping).isEqualTo(expected);
        int channels = 0;
        for (int consumer = 0; consumer < mapping.consumers(); consumer++) {
            assertThat(mapping.channelsOf(consumer)).isNotEmpty();
            for (final Channel channel : mapping.channelsOf(consumer)) {
                channels++;
                assertThat(channel.subpartition())
                        .isLessThan(mapping.subpartitionCount(channel.producer()));
                assertThat(mapping.consumerOf(channel.producer(), channel.subpartition()))
                        .isEqualTo(consumer);
            }
        }
        assertThat(channels).isEqualTo(expected.values().stream().mapToInt(List::size).sum());
    }
}
