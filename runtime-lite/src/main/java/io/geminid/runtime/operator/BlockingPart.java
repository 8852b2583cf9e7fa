package io.geminid.runtime.operator;

import java.io.IOException;

/**
 * What of a snapshot waits for a disk, and so runs on another thread while the operator goes on.
 */
@FunctionalInterface
public interface BlockingPart {

    /**
     * Does it, before the snapshot counts. Once, on any thread, which saw what the operator did
     * before its snapshot.
     *
     * @throws IOException the checkpoint is given up; the operator goes on
     */
    void run() throws IOException;
}
