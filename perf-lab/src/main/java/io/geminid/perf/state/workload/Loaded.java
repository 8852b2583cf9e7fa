package io.geminid.perf.state.workload;

/**
 * What it took to load the data. Travels as a line.
 *
 * @param entries values put in
 * @param wallNs how long it took
 * @param memoryBytes live objects, direct buffers and native memory that the store added
 * @param fileBytes of the store, on the local disk
 */
public record Loaded(long entries, long wallNs, long memoryBytes, long fileBytes) {

    public static Loaded parse(final String line) {
        final String[] parts = line.split(" ");
        return new Loaded(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]));
    }

    @Override
    public String toString() {
        return entries + " " + wallNs + " " + memoryBytes + " " + fileBytes;
    }
}
