package io.geminid.runtime.cluster.message;

import io.geminid.serial.RecordOutput;

/** A message on the link between coordinator and worker. A closed set; all are immutable. */
public sealed interface ControlMessage permits FromCoordinator, FromWorker {

    /**
     * @return what it is on the wire
     */
    ControlMessageType type();

    /**
     * Appends the fields, without header.
     *
     * @param out where to
     */
    void write(RecordOutput out);
}
