/**
 * Measurements as tables for people and JSON for programs.
 *
 * <p>Start at {@link io.geminid.perf.report.Report}.
 *
 * <p>Metric names carry their unit ({@code bytesPerSecond}, {@code cpuSecondsPerGb}).
 */
package io.geminid.perf.report;
