package io.geminid.state.gemini.fault;

import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.Disk;
import io.geminid.state.checkpoint.crash.CrashSteps;
import java.io.IOException;
import java.nio.file.Path;

/** A process that takes checkpoints and stops for ever at one step, for somebody to kill it. */
final class StoreChild {
    static final int CHECKPOINTS = 7;

    private StoreChild() {}

    public static void main(final String[] args) throws IOException {
        final Disk disk = CrashSteps.stoppingAt(Integer.parseInt(args[1]));
        new StoreJob(new DirectoryBlobStore(disk, Path.of(args[0])), 1, StoreJob.KEYS)
                .run(1, CHECKPOINTS, CrashSteps::notified);
    }
}
