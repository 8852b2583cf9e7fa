package io.geminid.perf.report;

import java.util.List;

/**
 * The values of one metric over the runs of a report.
 *
 * @param median the middle value
 * @param min the smallest
 * @param max the largest
 */
public record Metric(double median, double min, double max) {

    /**
     * Sums up values.
     *
     * @param values at least one
     * @return their median, minimum and maximum
     */
    public static Metric of(final List<Double> values) {
        final double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        final int middle = sorted.length / 2;
        final double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Metric(median, sorted[0], sorted[sorted.length - 1]);
    }

    /**
     * How far the values lie apart.
     *
     * @return max over min; 1 when all are the same
     */
    public double spread() {
        return min == 0 ? (max == 0 ? 1 : Double.POSITIVE_INFINITY) : max / min;
    }
}
