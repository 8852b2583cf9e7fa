package io.geminid.runtime.graph.stream;

/** Whether an operator may be in one task with its neighbours. */
public enum ChainingStrategy {
    /** With those before and behind it. */
    ALWAYS,
    /** Only with those behind it. */
    HEAD,
    /** With none. */
    NEVER
}
