package io.geminid.perf.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects why figures should be taken with care. One thread. */
public final class Noise {

    /** Fewer show no spread. */
    private static final int RUNS_MIN = 3;

    /** Somebody else computes on a machine with a higher load. */
    private static final double LOAD_PER_CORE_MAX = 0.5;

    private final List<String> reasons = new ArrayList<>();

    /**
     * Looks at what holds for every benchmark.
     *
     * @param environment when it began
     * @param runs of each subject
     */
    public Noise(final Environment environment, final int runs) {
        if (runs < RUNS_MIN) {
            reasons.add("fewer than " + RUNS_MIN + " runs");
        }
        if (environment.load() > environment.cores() * LOAD_PER_CORE_MAX) {
            reasons.add("the machine was busy before: load " + environment.load());
        }
    }

    /**
     * Adds a reason if a figure is too large.
     *
     * @param value the figure
     * @param max largest that is fine
     * @param format says what it is; has one {@code %f} for the figure
     * @return this
     */
    public Noise above(final double value, final double max, final String format) {
        if (value > max) {
            reasons.add(String.format(Locale.ROOT, format, value));
        }
        return this;
    }

    /**
     * The reasons.
     *
     * @return in one line; null if there are none
     */
    public String reasons() {
        return reasons.isEmpty() ? null : String.join("; ", reasons);
    }
}
