package io.geminid.perf.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.geminid.perf.report.Table;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All checks together.
 *
 * @param checks in the order in which they were made
 */
record Diagnosis(List<Check> checks) {

    /** Name and version of the JSON. */
    static final String SCHEMA = "geminid.doctor/1";

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** The worst of the checks; exit codes are part of the command line's contract. */
    enum Verdict {
        READY(0, "ready for RDMA"),
        TCP_ONLY(1, "TCP only"),
        BROKEN(2, "broken");

        private final int exitCode;
        private final String label;

        Verdict(final int exitCode, final String label) {
            this.exitCode = exitCode;
            this.label = label;
        }

        int exitCode() {
            return exitCode;
        }

        String label() {
            return label;
        }
    }

    Diagnosis {
        checks = List.copyOf(checks);
    }

    Verdict verdict() {
        if (has(Check.Status.BROKEN)) {
            return Verdict.BROKEN;
        }
        return has(Check.Status.NO_RDMA) ? Verdict.TCP_ONLY : Verdict.READY;
    }

    private boolean has(final Check.Status status) {
        return checks.stream().anyMatch(check -> check.status() == status);
    }

    /** One line: the verdict, and the first of the checks that make it so. */
    String summary() {
        final Check.Status cause =
                switch (verdict()) {
                    case READY -> Check.Status.OK;
                    case TCP_ONLY -> Check.Status.NO_RDMA;
                    case BROKEN -> Check.Status.BROKEN;
                };
        return verdict().label()
                + checks.stream()
                        .filter(check -> check.status() == cause)
                        .findFirst()
                        .map(check -> ": " + check.name() + ": " + check.found())
                        .orElse("");
    }

    void print(final PrintWriter out) {
        final Table table = new Table("result", "check", "found");
        for (final Check check : checks) {
            table.row(check.status().label(), check.name(), check.found());
            if (check.fix() != null) {
                table.row("", "  fix:", check.fix());
            }
        }
        table.print(out);
        out.println(summary());
        out.flush();
    }

    String json() {
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("schema", SCHEMA);
        json.put("verdict", verdict().label());
        json.put("exitCode", verdict().exitCode());
        json.put("summary", summary());
        json.put("checks", checks);
        try {
            return JSON.writeValueAsString(json);
        } catch (final JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
