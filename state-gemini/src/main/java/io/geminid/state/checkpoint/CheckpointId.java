package io.geminid.state.checkpoint;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose snapshot something is: every file carries it, and nothing written under one identity can
 * replace what was written under another.
 *
 * @param job the job's identity, the same across its restarts
 * @param checkpoint strictly increasing within a job, 1 or more
 * @param attempt incarnation of the coordinator that asked for it, 0 or more: a number that was
 *     given twice, by an old master and by a new one, still makes two names
 */
public record CheckpointId(UUID job, long checkpoint, int attempt)
        implements Comparable<CheckpointId> {

    private static final Pattern TEXT =
            Pattern.compile(
                    "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([1-9]\\d{0,17})-(\\d{1,9})");

    /** Checks the numbers. */
    public CheckpointId {
        Objects.requireNonNull(job, "job");
        if (checkpoint < 1 || attempt < 0) {
            throw new IllegalArgumentException("checkpoint=" + checkpoint + " attempt=" + attempt);
        }
    }

    /** By job, then checkpoint, then attempt: within a job, the later is the larger. */
    @Override
    public int compareTo(final CheckpointId other) {
        int order = job.compareTo(other.job);
        if (order == 0) {
            order = Long.compare(checkpoint, other.checkpoint);
        }
        return order == 0 ? Integer.compare(attempt, other.attempt) : order;
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @param text from a user
     * @return empty if it is not the text of an identity
     */
    public static Optional<CheckpointId> parse(final String text) {
        final Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new CheckpointId(
                        UUID.fromString(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        Integer.parseInt(matcher.group(3))));
    }

    @Override
    public String toString() {
        return job + "/" + checkpoint + "-" + attempt;
    }
}
