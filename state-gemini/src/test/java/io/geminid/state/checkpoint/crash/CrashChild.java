package io.geminid.state.checkpoint.crash;

import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.Disk;
import java.io.IOException;
import java.nio.file.Path;

/** A process that takes checkpoints and stops for ever at one step, for somebody to kill it. */
final class CrashChild {
    static final int CHECKPOINTS = 6;

    private CrashChild() {}

    public static void main(final String[] args) throws IOException {
        final Disk disk = CrashSteps.stoppingAt(Integer.parseInt(args[1]));
        new CrashJob(new DirectoryBlobStore(disk, Path.of(args[0])), 1)
                .run(1, CHECKPOINTS, CrashSteps::notified);
    }
}
