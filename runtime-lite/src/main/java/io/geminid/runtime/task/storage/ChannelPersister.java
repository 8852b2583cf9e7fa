package io.geminid.runtime.task.storage;

/** How what is in flight becomes part of a checkpoint. */
public enum ChannelPersister {
    /** It is copied when a barrier overtakes it. */
    CHECKPOINT,
    /** All that is sent goes into a log, and a checkpoint says where it stands. */
    CONTINUOUS
}
