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
    private static final Pattern CHECKPOINT =
            Pattern.compile("([0-9a-f-]{36})/chk-(\\d{16,19})-(\\d{1,10})/.+");

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
        return job(job) + "shared/";
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
     * Names a new file.
     *
     * @param id the checkpoint it is written for
     * @param scope how long it lives
     * @param file its identity
     * @return the file
     */
    static StateFile file(final CheckpointId id, final StateScope scope, final UUID file) {
        final String prefix = scope == StateScope.SHARED ? shared(id.job()) : checkpoint(id);
        return new StateFile(file, prefix + file + ".state", scope);
    }

    /**
     * The checkpoint whose own directory a blob lies in.
     *
     * @param name of the blob
     * @return nothing for shared files and for what is not ours
     */
    static Optional<CheckpointId> owner(final String name) {
        final Matcher matcher = CHECKPOINT.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new CheckpointId(
                            UUID.fromString(matcher.group(1)),
                            Long.parseLong(matcher.group(2)),
                            Integer.parseInt(matcher.group(3))));
        } catch (final IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
