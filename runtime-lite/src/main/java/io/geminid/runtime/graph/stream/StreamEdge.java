package io.geminid.runtime.graph.stream;

/**
 * An edge between two operators.
 *
 * @param id its number, from 0 on in the order in which the program added the edges
 * @param source number of the producing operator
 * @param target number of the consuming operator
 * @param input which input of the consumer, 0 or 1
 * @param spec how records go along it
 */
public record StreamEdge(int id, int source, int target, int input, EdgeSpec<?> spec) {

    /** Checks the input. */
    public StreamEdge {
        if (input < 0 || input > 1) {
            throw new IllegalArgumentException("input=" + input + " expected=0 or 1");
        }
    }
}
