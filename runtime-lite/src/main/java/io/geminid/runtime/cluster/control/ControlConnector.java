package io.geminid.runtime.cluster.control;

import io.geminid.runtime.cluster.message.FromWorker;
import java.io.IOException;
import java.util.function.Function;

/** Makes a worker's link to its coordinator. */
@FunctionalInterface
public interface ControlConnector {

    /**
     * Connects.
     *
     * @param hello first message
     * @param listeners makes, of the link, who is told about what follows; called once, before this
     *     returns and before anything is told
     * @throws IOException if nobody listens; names the address
     */
    void connect(FromWorker.Hello hello, Function<ControlLink, ControlListener> listeners)
            throws IOException;
}
