package io.geminid.runtime.graph.stream;

/**
 * An operator in the graph.
 *
 * @param id its number, from 0 on in the order in which the program added the operators
 * @param spec what it does
 * @param settings how it is run
 */
public record StreamNode(int id, OperatorSpec spec, NodeSettings settings) {

    /**
     * @return the operator's name
     */
    public String name() {
        return settings.name();
    }

    /**
     * @return its number of subtasks
     */
    public int parallelism() {
        return settings.parallelism();
    }
}
