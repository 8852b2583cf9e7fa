package io.geminid.runtime.graph.exchange;

/** When a result may be consumed. */
public enum ExchangeMode {
    /** While it is produced. */
    PIPELINED,
    /** When it is complete; so its producer must end. */
    BLOCKING
}
