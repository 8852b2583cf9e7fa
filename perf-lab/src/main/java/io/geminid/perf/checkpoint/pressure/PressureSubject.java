package io.geminid.perf.checkpoint.pressure;

import java.io.IOException;

/** A job that waits for its sink, and whose checkpoints can be asked for. */
interface PressureSubject extends AutoCloseable {

    /**
     * Takes one checkpoint.
     *
     * @return from its beginning until it is complete
     * @throws IOException if it fails
     */
    double checkpointMillis() throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
