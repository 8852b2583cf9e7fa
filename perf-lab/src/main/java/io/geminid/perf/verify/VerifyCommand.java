package io.geminid.perf.verify;

import io.geminid.perf.Geminid;
import io.geminid.runtime.cluster.checkpoint.InFlightVerifier;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.HostDisk;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.checkpoint.storage.CompletedCheckpoints;
import io.geminid.state.checkpoint.verify.CheckpointVerifier;
import io.geminid.state.checkpoint.verify.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verify}: are the checkpoints, or the stored partitions, in a directory whole? */
@Command(
        name = "verify",
        description =
                "Checks every checksum of a directory with checkpoints or stored partitions; exit code"
                        + " 1 if one differs.",
        mixinStandardHelpOptions = true)
public final class VerifyCommand implements Callable<Integer> {
    private static final Pattern CHECKPOINT = Pattern.compile("chk-\\d{16,19}-\\d{1,10}|shared");
    private static final Pattern JOB = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    @Parameters(
            paramLabel = "DIR",
            description =
                    "The storage's root, a job in it, or one checkpoint of a job; with a checkpoint,"
                            + " also the files elsewhere that it refers to. Or a directory of blocking"
                            + " partitions.")
    private Path directory;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        final Path absolute = directory.toAbsolutePath().normalize();
        if (!Files.isDirectory(absolute)) {
            throw new ParameterException(spec.commandLine(), directory + " is not a directory");
        }
        final PrintWriter out = spec.commandLine().getOut();
        final PartitionTree partitions = PartitionTree.below(absolute);
        if (!partitions.isEmpty()) {
            return partitions.verify(out) ? 0 : Geminid.EXIT_FAILED;
        }
        final Path root = root(absolute);
        final String relative = root.relativize(absolute).toString();
        final BlobStore blobs = new DirectoryBlobStore(new HostDisk(), root);
        final Verification files =
                new CheckpointVerifier(blobs).verify(relative.isEmpty() ? "" : relative + "/");
        final Verification found = withInFlight(blobs, files, out);
        print(found, out);
        if (found.fileCount() == 0) {
            spec.commandLine().getErr().println("verify: no files of checkpoints in " + directory);
            return Geminid.EXIT_FAILED;
        }
        return found.sound() ? 0 : Geminid.EXIT_FAILED;
    }

    /** Files are named relative to the storage's root, so that is where to begin. */
    private static Path root(final Path directory) {
        Path root = directory;
        if (named(CHECKPOINT, root)) {
            root = root.getParent();
        }
        return named(JOB, root) ? root.getParent() : root;
    }

    private static boolean named(final Pattern pattern, final Path directory) {
        return directory.getParent() != null
                && pattern.matcher(directory.getFileName().toString()).matches();
    }

    /** Looks into the data in flight of checkpoints whose files are what was written. */
    private static Verification withInFlight(
            final BlobStore blobs, final Verification files, final PrintWriter out)
            throws IOException {
        if (!files.sound()) {
            return files;
        }
        final InFlightVerifier verifier =
                new InFlightVerifier(new BlobCheckpointStorage(blobs, VerifyCommand::noId));
        final CompletedCheckpoints completed = new CompletedCheckpoints(blobs, VerifyCommand::noId);
        final List<CorruptStateException> damages = new ArrayList<>();
        for (final CheckpointId id : files.checkpoints()) {
            try {
                final InFlightVerifier.Found found = verifier.verify(completed.read(id));
                if (found.channels() > 0) {
                    out.printf(
                            "in flight    %s channels=%d bytes=%d records=%d%n",
                            id, found.channels(), found.bytes(), found.records());
                }
            } catch (final CorruptStateException e) {
                damages.add(e);
            }
        }
        return files.withDamages(damages);
    }

    private static UUID noId() {
        throw new IllegalStateException("verify writes nothing");
    }

    private static void print(final Verification found, final PrintWriter out) {
        for (final CheckpointId id : found.checkpoints()) {
            out.println("checkpoint   " + id);
        }
        found.unreferenced().forEach(name -> out.println("unreferenced " + name));
        found.unfinished().forEach(name -> out.println("unfinished   " + name));
        for (final CorruptStateException damage : found.damages()) {
            out.println("DAMAGED      " + damage.getMessage());
        }
        out.printf(
                "%s: checkpoints=%d files=%d bytes=%d damages=%d unreferenced=%d unfinished=%d%n",
                found.sound() ? "sound" : "DAMAGED",
                found.checkpoints().size(),
                found.fileCount(),
                found.byteCount(),
                found.damages().size(),
                found.unreferenced().size(),
                found.unfinished().size());
        out.flush();
    }
}
