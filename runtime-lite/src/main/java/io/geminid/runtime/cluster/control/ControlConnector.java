package io.geminid.runtime.cluster.control;

import io.geminid.runtime.cluster.message.FromWorker;
import java.io.IOException;

/** Makes a worker's link to its coordinator. */
@FunctionalInterface
public interface ControlConnector {

    /**
     * Connects.
     *
     * @param hello first message
     * @param listener told about what follows
     * @return the link
     * @throws IOException if nobody listens; names the address
     */
    ControlLink connect(FromWorker.Hello hello, ControlListener listener) throws IOException;
}
