package io.geminid.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ratios are of neighbours, not of medians. */
class ResultsTest {

    private static final Map<String, Object> PARAMS = Map.of("n", 1);

    private final Results results = new Results();

    @Test
    void aMachineThatSlowsDownDoesNotChangeTheRatio() {
        for (final double speed : new double[] {100, 50, 10}) {
            results.add("ours", "case", PARAMS, Map.of("rate", 3 * speed));
            results.add("peer", "case", PARAMS, Map.of("rate", speed));
        }
        assertThat(results.ratios("ours", "peer", List.of("rate", "none")))
                .containsExactly(new Ratio("case", PARAMS, "rate", "ours", "peer", 3, 3, 3));
        assertThat(results.widestSpread("rate")).isEqualTo(10);
        assertThat(results.widestSpread("none")).isEqualTo(1);
        assertThat(results.runs()).hasSize(2);
        assertThat(results.runs().get(0).metrics().get("rate")).isEqualTo(new Metric(150, 30, 300));
    }

    @Test
    void casesAndKnobsAreApart() {
        results.add("ours", "a", PARAMS, Map.of("rate", 1.0));
        results.add("peer", "b", PARAMS, Map.of("rate", 1.0));
        results.add("peer", "a", Map.of("n", 2), Map.of("rate", 1.0));
        assertThat(results.ratios("ours", "peer", List.of("rate"))).isEmpty();
        results.add("peer", "a", PARAMS, Map.of("rate", 0.0));
        assertThat(results.ratios("ours", "peer", List.of("rate"))).isEmpty();
    }

    @Test
    void noiseNamesItsReasons() {
        final Environment quiet = new Environment("cpu", 2, "jdk", "kernel", 0.1);
        final Environment busy = new Environment("cpu", 2, "jdk", "kernel", 1.7);
        assertThat(new Noise(quiet, 3).above(1.4, 1.5, "spread %.1f").reasons()).isNull();
        assertThat(new Noise(busy, 1).above(1.6, 1.5, "spread %.1f").reasons())
                .isEqualTo("fewer than 3 runs; the machine was busy before: load 1.7; spread 1.6");
    }
}
