package io.geminid.perf.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * What one subject did in one case, summed up over all runs.
 *
 * @param subject who was measured
 * @param caseName what it did
 * @param params with which knobs
 * @param metrics the figures, by name
 */
public record Run(
        String subject,
        @JsonProperty("case") String caseName,
        Map<String, Object> params,
        Map<String, Metric> metrics) {}
