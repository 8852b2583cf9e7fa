package io.geminid.perf.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Measurements as they come in, and the runs and ratios that a report shows. One thread. */
public final class Results {

    private record Key(String subject, String caseName, Map<String, Object> params) {}

    private final Map<Key, List<Map<String, Double>>> measurements = new LinkedHashMap<>();

    /** Makes an empty one. */
    public Results() {}

    /**
     * Adds what was measured once.
     *
     * @param subject who
     * @param caseName what it did
     * @param params with which knobs
     * @param metrics the figures, by name; the same names each time
     */
    public void add(
            final String subject,
            final String caseName,
            final Map<String, Object> params,
            final Map<String, Double> metrics) {
        measurements
                .computeIfAbsent(new Key(subject, caseName, params), key -> new ArrayList<>())
                .add(metrics);
    }

    /**
     * A line for each subject and case.
     *
     * @return in the order in which they were first measured
     */
    public List<Run> runs() {
        final List<Run> runs = new ArrayList<>();
        measurements.forEach(
                (key, all) ->
                        runs.add(new Run(key.subject, key.caseName, key.params, summary(all))));
        return runs;
    }

    /**
     * A subject over a peer, pair by pair: the n-th measurement of one over the n-th of the other.
     *
     * @param subject above the line
     * @param peer below the line
     * @param metrics which
     * @return for each case that both have, each metric that both have
     */
    public List<Ratio> ratios(final String subject, final String peer, final List<String> metrics) {
        final List<Ratio> ratios = new ArrayList<>();
        measurements.forEach(
                (key, above) -> {
                    final List<Map<String, Double>> below =
                            measurements.get(new Key(peer, key.caseName, key.params));
                    if (key.subject.equals(subject) && below != null) {
                        for (final String metric : metrics) {
                            final List<Double> pairs = pairs(above, below, metric);
                            if (!pairs.isEmpty()) {
                                ratios.add(ratio(key, peer, metric, Metric.of(pairs)));
                            }
                        }
                    }
                });
        return ratios;
    }

    private static Ratio ratio(
            final Key key, final String peer, final String metric, final Metric all) {
        return new Ratio(
                key.caseName,
                key.params,
                metric,
                key.subject,
                peer,
                all.median(),
                all.min(),
                all.max());
    }

    private static List<Double> pairs(
            final List<Map<String, Double>> above,
            final List<Map<String, Double>> below,
            final String metric) {
        final List<Double> pairs = new ArrayList<>();
        for (int i = 0; i < Math.min(above.size(), below.size()); i++) {
            final Double one = above.get(i).get(metric);
            final Double other = below.get(i).get(metric);
            // A clock that ticks rarely may not have ticked: that says nothing.
            if (one != null && other != null && one != 0 && other != 0) {
                pairs.add(one / other);
            }
        }
        return pairs;
    }

    /**
     * The widest spread of a metric between measurements of the same subject and case.
     *
     * @param metric which
     * @return max over min; 1 if nothing has the metric
     */
    public double widestSpread(final String metric) {
        return runs().stream()
                .map(run -> run.metrics().get(metric))
                .filter(Objects::nonNull)
                .mapToDouble(Metric::spread)
                .max()
                .orElse(1);
    }

    private static Map<String, Metric> summary(final List<Map<String, Double>> all) {
        final Map<String, Metric> summary = new LinkedHashMap<>();
        for (final String metric : all.get(0).keySet()) {
            summary.put(metric, Metric.of(all.stream().map(m -> m.get(metric)).toList()));
        }
        return summary;
    }

    /**
     * All of it, with the first subject over each of the others.
     *
     * @param command which
     * @param environment when it began
     * @param noise why the figures should not be trusted; null if there is no reason
     * @param subjects the first is compared with the others
     * @param compared metrics
     * @return for people and for programs
     */
    public Report report(
            final String command,
            final Environment environment,
            final String noise,
            final List<String> subjects,
            final List<String> compared) {
        final List<Ratio> ratios = new ArrayList<>();
        for (final String peer : subjects.subList(1, subjects.size())) {
            ratios.addAll(ratios(subjects.get(0), peer, compared));
        }
        return new Report(
                Report.SCHEMA, command, Commit.ofThisTree(), environment, noise, runs(), ratios);
    }
}
