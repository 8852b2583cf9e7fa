package io.geminid.state.gemini.fault;

import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.HostDisk;
import io.geminid.state.checkpoint.crash.StepDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A process that takes checkpoints and stops for ever at one step, for somebody to kill it. */
final class StoreChild {
    static final int CHECKPOINTS = 7;
    static final String NOTIFIED = "notified ";
    static final String STEP = "step ";

    private StoreChild() {}

    public static void main(final String[] args) throws IOException {
        final int stopAt = Integer.parseInt(args[1]);
        final AtomicInteger count = new AtomicInteger();
        final StepDisk disk =
                new StepDisk(
                        new HostDisk(),
                        step -> {
                            if (count.getAndIncrement() == stopAt) {
                                System.out.println(STEP + step);
                                // Nobody writes to it: ends with the process, or with its parent.
                                System.in.read();
                                System.exit(1);
                            }
                        });
        new StoreJob(new DirectoryBlobStore(disk, Path.of(args[0])), 1, StoreJob.KEYS)
                .run(1, CHECKPOINTS, n -> System.out.println(NOTIFIED + n));
    }
}
