package io.geminid.runtime.cluster.control;

import io.geminid.runtime.cluster.message.FromWorker;

/** Decides about peers that have shown the right token. */
@FunctionalInterface
public interface ControlAcceptor {

    /**
     * A worker has come. Called by the thread of the links.
     *
     * @param link to the worker
     * @param hello its first message
     * @return who is told about what follows
     */
    ControlListener onWorker(ControlLink link, FromWorker.Hello hello);
}
