package io.geminid.perf.state.workload;

/**
 * What happened while operations ran for a while. Travels as a line.
 *
 * @param operations how many
 * @param wallNs how long they took
 * @param threadCpuNs processor time of the thread that did them
 * @param processCpuNs processor time of the whole process, until it was quiet again: with
 *     collections and compactions
 * @param collectionMillis time of collections
 * @param allocatedBytes allocated by the thread that did them
 */
public record Slice(
        long operations,
        long wallNs,
        long threadCpuNs,
        long processCpuNs,
        long collectionMillis,
        long allocatedBytes) {

    /** What {@code ChildJvm} asks for it with; then the case's label and milliseconds. */
    public static final String WORD = "measure";

    public static Slice parse(final String line) {
        final String[] parts = line.split(" ");
        return new Slice(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]),
                Long.parseLong(parts[5]));
    }

    @Override
    public String toString() {
        return operations
                + " "
                + wallNs
                + " "
                + threadCpuNs
                + " "
                + processCpuNs
                + " "
                + collectionMillis
                + " "
                + allocatedBytes;
    }
}
