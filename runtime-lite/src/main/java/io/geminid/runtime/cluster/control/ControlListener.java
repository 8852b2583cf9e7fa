package io.geminid.runtime.cluster.control;

import io.geminid.runtime.cluster.message.ControlMessage;

/** What one end of a link is told, one call at a time. Must be quick: other links wait for it. */
public interface ControlListener {

    /**
     * A message has come.
     *
     * @param message checked in form, not in meaning
     */
    void onMessage(ControlMessage message);

    /**
     * The link has ended. The last call.
     *
     * @param reason why, as name=value
     */
    void onClosed(String reason);
}
