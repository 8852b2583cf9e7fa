package io.geminid.state.checkpoint.registry;

import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import java.io.IOException;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of checkpoints, never given twice: before numbers are used, an empty blob says up to
 * where, and who comes later begins above it. So a number has one meaning although a checkpoint
 * that was only begun leaves no trace.
 */
final class NumberReserve {
    /** Numbers reserved at once: a coordinator that dies wastes that many at most. */
    static final int RESERVED_AT_ONCE = 100;

    private static final Pattern NAME = Pattern.compile(".*/(\\d{16,19})-(\\d{1,10})");

    private final BlobStore blobs;
    private final JobCheckpointsContext context;
    private long last;
    private long limit;
    private long tried;

    NumberReserve(final JobCheckpointsContext context) {
        this.blobs = context.blobs();
        this.context = context;
    }

    /**
     * Begins above all that was ever reserved, and above a number.
     *
     * @throws IllegalArgumentException when a coordinator of this attempt or a later one was here
     */
    void open(final long above) throws IOException {
        last = above;
        for (final BlobEntry entry : blobs.list(CheckpointNames.numbers(context.job()))) {
            final Matcher matcher = NAME.matcher(entry.name());
            if (matcher.matches()) {
                if (Long.parseLong(matcher.group(2)) >= context.attempt()) {
                    throw new IllegalArgumentException(
                            "attempt="
                                    + context.attempt()
                                    + " is not above that of name="
                                    + entry.name());
                }
                last = Math.max(last, Long.parseLong(matcher.group(1)));
            }
        }
        limit = last;
        reserve();
    }

    /** The latest coordinator of a job that has reserved numbers; -1 if none has. */
    static int lastAttempt(final BlobStore blobs, final UUID job) throws IOException {
        int last = -1;
        for (final BlobEntry entry : blobs.list(CheckpointNames.numbers(job))) {
            final Matcher matcher = NAME.matcher(entry.name());
            if (matcher.matches()) {
                last = Math.max(last, Integer.parseInt(matcher.group(2)));
            }
        }
        return last;
    }

    /** The next number. Durably taken when this returns. */
    long next() throws IOException {
        if (last == limit) {
            reserve();
        }
        last++;
        return last;
    }

    private void reserve() throws IOException {
        // What was tried before may be there although it failed.
        final long wanted = Math.max(last, tried) + RESERVED_AT_ONCE;
        tried = wanted;
        final String prefix = CheckpointNames.numbers(context.job());
        final String name = prefix + String.format("%016d-%d", wanted, context.attempt());
        try (BlobOutput output = blobs.create(name)) {
            output.commit();
        }
        limit = wanted;
        for (final BlobEntry entry : blobs.list(prefix)) {
            if (!entry.name().equals(name)) {
                blobs.delete(entry.name());
            }
        }
    }
}
