package io.geminid.perf.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * A subject's metric over a peer's, computed for each pair of neighbouring measurements and then
 * summed up, so that slow drift of a shared machine falls out.
 *
 * @param caseName what both did
 * @param params with which knobs
 * @param metric which figure
 * @param subject above the line
 * @param peer below the line
 * @param median of the pairs' ratios
 * @param min of them
 * @param max of them
 */
public record Ratio(
        @JsonProperty("case") String caseName,
        Map<String, Object> params,
        String metric,
        String subject,
        String peer,
        double median,
        double min,
        double max) {}
