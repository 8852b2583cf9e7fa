package io.geminid.shuffle.transport;

/** Told when a transport needs the memory of an outbound frame no longer. */
@FunctionalInterface
public interface SendCompletion {

    /**
     * Called exactly once for each frame, on the connection's thread, whether the frame was sent or
     * the connection broke. Until then the memory must neither be changed nor given back.
     */
    void onCompletion();
}
