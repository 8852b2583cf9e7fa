package io.geminid.state.checkpoint.storage;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.StateScope;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the blobs of a checkpoint are called. */
public final class CheckpointNames {
    private static final String MANIFEST = "manifest";
    private static final String SHARED = "shared";
    private static final Pattern BLOB =
            Pattern.compile(
                    "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(chk-|shared/)(\\d{16,19})-(\\d{1,10})[/-].+");

    private static final Pattern FILE =
            Pattern.compile(".*[/-]([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.state");

    private CheckpointNames() {}

    /**
     * Prefix of all of a job.
     *
     * @param job its identity
     * @return ends with a slash
     */
    public static String job(final UUID job) {
        return job + "/";
    }

    /**
     * Prefix of what lives exactly as long as one checkpoint.
     *
     * @param id the checkpoint
     * @return ends with a slash
     */
    public static String checkpoint(final CheckpointId id) {
        return job(id.job()) + String.format("chk-%016d-%d/", id.checkpoint(), id.attempt());
    }

    /**
     * Prefix of what may outlive the checkpoint that wrote it.
     *
     * @param job its identity
     * @return ends with a slash
     */
    public static String shared(final UUID job) {
        return job(job) + SHARED + "/";
    }

    /**
     * Prefix of the blobs that say which numbers of checkpoints are taken.
     *
     * @param job its identity
     * @return ends with a slash
     */
    public static String numbers(final UUID job) {
        return job(job) + "numbers/";
    }

    /**
     * The manifest.
     *
     * @param id the checkpoint
     * @return name of its blob
     */
    public static String manifest(final CheckpointId id) {
        return checkpoint(id) + MANIFEST;
    }

    /**
     * Names a new file. Who wrote a shared file, and for which checkpoint, is part of its name, so
     * that a listing is enough to tell garbage from what is being written.
     *
     * @param id the checkpoint it is written for
     * @param scope how long it lives
     * @param file its identity
     * @return the file
     */
    static StateFile file(final CheckpointId id, final StateScope scope, final UUID file) {
        final String name =
                scope == StateScope.SHARED
                        ? shared(id.job())
                                + String.format("%016d-%d-", id.checkpoint(), id.attempt())
                        : checkpoint(id);
        return new StateFile(file, name + file + ".state", scope);
    }

    /**
     * The checkpoint that a blob was written for.
     *
     * @param name of the blob, finished or not
     * @return nothing for what is not ours
     */
    public static Optional<CheckpointId> writtenFor(final String name) {
        final Matcher matcher = BLOB.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new CheckpointId(
                            UUID.fromString(matcher.group(1)),
                            Long.parseLong(matcher.group(3)),
                            Integer.parseInt(matcher.group(4))));
        } catch (final IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether a blob completes a checkpoint.
     *
     * @param name of the blob
     * @return true for a finished manifest
     */
    public static boolean isManifest(final String name) {
        return name.endsWith("/" + MANIFEST);
    }

    /**
     * How long a blob lives.
     *
     * @param name of a blob that was {@link #writtenFor} a checkpoint
     * @return its scope
     */
    public static StateScope scope(final String name) {
        return name.contains("/" + SHARED + "/") ? StateScope.SHARED : StateScope.EXCLUSIVE;
    }

    /**
     * The identity in a shared file's name.
     *
     * @param name of the blob
     * @return nothing for what is being written, and for what is not ours
     */
    public static Optional<UUID> fileId(final String name) {
        final Matcher matcher = FILE.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(UUID.fromString(matcher.group(1)));
    }
}
