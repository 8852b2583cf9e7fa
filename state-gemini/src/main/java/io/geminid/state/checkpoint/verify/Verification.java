package io.geminid.state.checkpoint.verify;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CorruptStateException;
import java.util.ArrayList;
import java.util.List;

/**
 * What was found.
 *
 * @param checkpoints those with a readable manifest
 * @param fileCount files whose checksums were compared
 * @param byteCount their lengths
 * @param damages each damaged block, header, footer or reference; in the order of the files' names
 * @param unreferenced whole files that no readable manifest refers to: of a checkpoint under way,
 *     or to be swept
 * @param unfinished files being written, or left so by a crash
 */
public record Verification(
        List<CheckpointId> checkpoints,
        int fileCount,
        long byteCount,
        List<CorruptStateException> damages,
        List<String> unreferenced,
        List<String> unfinished) {

    /** Copies the lists. */
    public Verification {
        checkpoints = List.copyOf(checkpoints);
        damages = List.copyOf(damages);
        unreferenced = List.copyOf(unreferenced);
        unfinished = List.copyOf(unfinished);
    }

    /**
     * The same with more damages, found by whoever knows what the bytes mean.
     *
     * @param more what was found
     * @return a changed copy
     */
    public Verification withDamages(final List<CorruptStateException> more) {
        final List<CorruptStateException> all = new ArrayList<>(damages);
        all.addAll(more);
        return new Verification(checkpoints, fileCount, byteCount, all, unreferenced, unfinished);
    }

    /**
     * The verdict.
     *
     * @return true when every checkpoint with a manifest can be restored
     */
    public boolean sound() {
        return damages.isEmpty();
    }
}
