package io.geminid.memory.debug;

/**
 * A pool was closed while segments were on loan. Their memory stays mapped; close the pool again
 * once they are back. At level {@link DebugLevel#STACKS} the stacks that took them are attached as
 * suppressed exceptions.
 */
public final class SegmentLeakException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final transient SegmentLeakReport report;

    /**
     * Makes the exception.
     *
     * @param report what is still held
     */
    public SegmentLeakException(final SegmentLeakReport report) {
        super(report.toString());
        this.report = report;
        report.takenAt().forEach(this::addSuppressed);
    }

    /**
     * What is still held.
     *
     * @return null after deserialization
     */
    public SegmentLeakReport report() {
        return report;
    }
}
