package io.geminid.perf.shuffle;

import io.geminid.perf.report.Metric;
import io.geminid.perf.report.Ratio;
import io.geminid.perf.report.Run;
import io.geminid.perf.shuffle.endpoint.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Measurements as they come in, run by run, and the runs and ratios that a report shows. */
final class Results {

    static final String CASE = "stream";
    static final String RECORD_BYTES = "recordBytes";

    private record Key(Subject subject, int recordBytes) {}

    private final Map<Key, List<Measurement>> measurements = new LinkedHashMap<>();

    void add(final Subject subject, final int recordBytes, final Measurement measurement) {
        measurements
                .computeIfAbsent(new Key(subject, recordBytes), key -> new ArrayList<>())
                .add(measurement);
    }

    List<Run> runs() {
        final List<Run> runs = new ArrayList<>();
        measurements.forEach(
                (key, all) ->
                        runs.add(
                                new Run(
                                        key.subject.label(),
                                        CASE,
                                        params(key.recordBytes),
                                        summary(all))));
        return runs;
    }

    /** A subject over a peer, pair by pair of the same run. */
    List<Ratio> ratios(final Subject subject, final Subject peer) {
        final List<Ratio> ratios = new ArrayList<>();
        for (final int recordBytes : recordSizes()) {
            final List<Measurement> above = measurements.get(new Key(subject, recordBytes));
            final List<Measurement> below = measurements.get(new Key(peer, recordBytes));
            for (final String metric :
                    List.of(Measurement.BYTES_PER_SECOND, Measurement.CPU_SECONDS_PER_GB)) {
                final List<Double> pairs = new ArrayList<>();
                for (int i = 0; i < above.size(); i++) {
                    pairs.add(above.get(i).get(metric) / below.get(i).get(metric));
                }
                final Metric all = Metric.of(pairs);
                ratios.add(
                        new Ratio(
                                CASE,
                                params(recordBytes),
                                metric,
                                subject.label(),
                                peer.label(),
                                all.median(),
                                all.min(),
                                all.max()));
            }
        }
        return ratios;
    }

    /**
     * The widest spread of throughput between runs of the same subject and case, as max over min.
     */
    double widestSpread() {
        return runs().stream()
                .mapToDouble(run -> run.metrics().get(Measurement.BYTES_PER_SECOND).spread())
                .max()
                .orElse(1);
    }

    private Set<Integer> recordSizes() {
        final Set<Integer> sizes = new LinkedHashSet<>();
        measurements.keySet().forEach(key -> sizes.add(key.recordBytes));
        return sizes;
    }

    private static Map<String, Object> params(final int recordBytes) {
        return Map.of(RECORD_BYTES, recordBytes);
    }

    private static Map<String, Metric> summary(final List<Measurement> all) {
        final Map<String, Metric> summary = new LinkedHashMap<>();
        for (final String metric : all.get(0).metrics().keySet()) {
            summary.put(metric, Metric.of(all.stream().map(m -> m.get(metric)).toList()));
        }
        return summary;
    }
}
