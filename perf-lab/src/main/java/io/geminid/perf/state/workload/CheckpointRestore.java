package io.geminid.perf.state.workload;

/**
 * What it took to get a store back from its last snapshot. Travels as a line.
 *
 * @param firstReadNs until the first value was read
 * @param fullSpeedNs until reading was nearly as fast as before
 * @param wrongValues read afterwards that were not those written: 0
 */
public record CheckpointRestore(long firstReadNs, long fullSpeedNs, long wrongValues) {

    /** What {@code ChildJvm} asks for it with. */
    public static final String WORD = "restore";

    public static CheckpointRestore parse(final String line) {
        final String[] parts = line.split(" ");
        return new CheckpointRestore(
                Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    @Override
    public String toString() {
        return firstReadNs + " " + fullSpeedNs + " " + wrongValues;
    }
}
