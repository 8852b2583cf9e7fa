package io.geminid.runtime.graph;

import io.geminid.runtime.graph.exchange.Exchange;
import io.geminid.runtime.graph.stream.EdgeSpec;
import io.geminid.runtime.graph.stream.StreamEdge;

/**
 * An edge between two vertices: what one operator at the end of a chain sends to the head of
 * another. Each subtask of the producing vertex has one result partition an edge.
 *
 * @param id its number, from 0 on; also the number of the data set
 * @param sourceVertex number of the producing vertex
 * @param targetVertex number of the consuming vertex
 * @param operators the edge between the operators
 */
public record JobEdge(int id, int sourceVertex, int targetVertex, StreamEdge operators) {

    /**
     * @return how records go along it
     */
    public EdgeSpec<?> spec() {
        return operators.spec();
    }

    /**
     * @return which consumers a record goes to
     */
    public Exchange exchange() {
        return operators.spec().partitioner().exchange();
    }

    /**
     * @return which input of the consumer, 0 or 1
     */
    public int input() {
        return operators.input();
    }
}
