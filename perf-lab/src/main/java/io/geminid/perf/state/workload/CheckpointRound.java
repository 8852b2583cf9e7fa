package io.geminid.perf.state.workload;

/**
 * What happened while a store was changed and snapshotted once. Travels as a line.
 *
 * @param dirtiedBytes keys and values written since the snapshot before, each counted once
 * @param syncNs how long the task's thread stood still
 * @param asyncNs from then until the snapshot was durable
 * @param uploadedBytes that the snapshot wrote
 * @param referencedBytes that the checkpoint consists of
 * @param liveBytes keys and values in the store
 * @param beforePerSecond operations before the snapshot was begun
 * @param duringPerSecond operations while it was written
 */
public record CheckpointRound(
        long dirtiedBytes,
        long syncNs,
        long asyncNs,
        long uploadedBytes,
        long referencedBytes,
        long liveBytes,
        double beforePerSecond,
        double duringPerSecond) {

    /** What {@code ChildJvm} asks for it with; then the percentage to change. */
    public static final String WORD = "round";

    public static CheckpointRound parse(final String line) {
        final String[] parts = line.split(" ");
        return new CheckpointRound(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]),
                Long.parseLong(parts[5]),
                Double.parseDouble(parts[6]),
                Double.parseDouble(parts[7]));
    }

    @Override
    public String toString() {
        return dirtiedBytes
                + " "
                + syncNs
                + " "
                + asyncNs
                + " "
                + uploadedBytes
                + " "
                + referencedBytes
                + " "
                + liveBytes
                + " "
                + beforePerSecond
                + " "
                + duringPerSecond;
    }
}
