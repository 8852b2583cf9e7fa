package io.geminid.perf.shuffle.endpoint;

/** What the two ends of a subject do. */
public enum Traffic {
    /** One sends as much as it can. */
    STREAM("stream"),

    /** One record goes there and back, then the next. */
    ROUND_TRIP("round-trip");

    private final String label;

    Traffic(final String label) {
        this.label = label;
    }

    /** Its name in options and reports. */
    public String label() {
        return label;
    }

    /** The traffic of a label. */
    public static Traffic named(final String label) {
        for (final Traffic traffic : values()) {
            if (traffic.label.equals(label)) {
                return traffic;
            }
        }
        throw new IllegalArgumentException("case=" + label + " is unknown");
    }
}
