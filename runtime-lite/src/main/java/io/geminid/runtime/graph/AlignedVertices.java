package io.geminid.runtime.graph;

import io.geminid.runtime.graph.exchange.Exchange;
import java.util.Arrays;
import java.util.List;

/**
 * Which vertices wait for all of their barriers, whatever the checkpoint's kind: no data in flight
 * towards them becomes part of it.
 *
 * <p>That is so for a vertex with an exchange that gives records a place which they would not get
 * again (broadcast, forward, rescale; INV U8), and for every vertex <em>between</em> two such. The
 * second rule is what keeps a checkpoint from waiting for itself: a task that has sent its barrier
 * over such an exchange may be held until the other barriers have come, so none of them may depend
 * on data that this task has still to take. Before the first such exchange barriers wait for no
 * data; between the first and the last one a task sends its barrier after all that come before it;
 * behind the last one nobody is held.
 */
final class AlignedVertices {

    private AlignedVertices() {}

    /** For each vertex, in topological order, whether it is one of them. */
    static List<Boolean> of(final List<JobVertex> vertices) {
        final int count = vertices.size();
        final Boolean[] aligned = new Boolean[count];
        final boolean[] alignedBefore = new boolean[count];
        for (final JobVertex vertex : vertices) {
            final int id = vertex.id();
            aligned[id] = vertex.inputs().stream().anyMatch(AlignedVertices::placesOnce);
            alignedBefore[id] =
                    vertex.inputs().stream()
                            .map(JobEdge::sourceVertex)
                            .anyMatch(source -> aligned[source] || alignedBefore[source]);
        }
        final boolean[] alignedBehind = new boolean[count];
        for (int id = count - 1; id >= 0; id--) {
            alignedBehind[id] =
                    vertices.get(id).outputs().stream()
                            .map(JobEdge::targetVertex)
                            .anyMatch(target -> aligned[target] || alignedBehind[target]);
            aligned[id] |= alignedBefore[id] && alignedBehind[id];
        }
        return Arrays.asList(aligned);
    }

    /** Whether a record that is sent again may come to another subtask, or to fewer. */
    private static boolean placesOnce(final JobEdge edge) {
        return edge.exchange() != Exchange.KEY_GROUP && edge.exchange() != Exchange.REBALANCE;
    }
}
