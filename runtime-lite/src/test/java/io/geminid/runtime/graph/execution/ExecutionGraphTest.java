package io.geminid.runtime.graph.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.exchange.Exchange;
import io.geminid.runtime.graph.exchange.Partitioner;
import io.geminid.runtime.graph.execution.ExecutionGraph.InputChannelSpec;
import io.geminid.runtime.graph.stream.EdgeSpec;
import io.geminid.runtime.graph.stream.NodeSettings;
import io.geminid.runtime.graph.stream.OperatorSpec;
import io.geminid.runtime.graph.stream.StreamGraph;
import io.geminid.runtime.operator.source.Boundedness;
import io.geminid.serial.Serializers;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import org.junit.jupiter.api.Test;

/** Subtasks, attempts, partitions and channels. */
class ExecutionGraphTest {

    private final ExecutionGraph graph = new ExecutionGraph(7, job());

    private static JobGraph job() {
        final StreamGraph graph = new StreamGraph();
        final OperatorSpec source = OperatorSpec.source("source", () -> null, Boundedness.BOUNDED);
        graph.addNode(source, NodeSettings.of("source", 2));
        graph.addNode(OperatorSpec.of("map", () -> null), NodeSettings.of("map", 3));
        graph.addNode(OperatorSpec.of("sink", () -> null), NodeSettings.of("sink", 3));
        graph.addEdge(0, 1, 0, EdgeSpec.of(Partitioner.of(Exchange.RESCALE), Serializers.LONG));
        graph.addEdge(1, 2, 0, EdgeSpec.of(Partitioner.of(Exchange.REBALANCE), Serializers.LONG));
        return JobGraph.of(graph);
    }

    // RT-21
    @Test
    void everyVertexOnceForEachSubtask() {
        assertThat(graph.vertices())
                .extracting(ExecutionVertex::toString)
                .containsExactly(
                        "source (1/2)#0",
                        "source (2/2)#0",
                        "map (1/3)#0",
                        "map (2/3)#0",
                        "map (3/3)#0",
                        "sink (1/3)#0",
                        "sink (2/3)#0",
                        "sink (3/3)#0");
        assertThat(graph.vertex(1, 2).subtask()).isEqualTo(2);
        assertThat(graph.jobId()).isEqualTo(7);
    }

    @Test
    void channelsNameTheLatestAttemptOfTheirProducer() {
        final JobEdge rescale = graph.jobGraph().edges().get(0);
        final JobEdge rebalance = graph.jobGraph().edges().get(1);
        assertThat(graph.inputChannels(rescale, 1))
                .containsExactly(new InputChannelSpec(new ResultPartitionId(7, 0, 0, 0), 1));
        assertThat(graph.inputChannels(rescale, 2))
                .containsExactly(new InputChannelSpec(new ResultPartitionId(7, 0, 1, 0), 0));
        assertThat(graph.vertex(1, 1).beginAttempt()).isEqualTo(1);
        assertThat(graph.inputChannels(rebalance, 2))
                .containsExactly(
                        new InputChannelSpec(new ResultPartitionId(7, 1, 0, 0), 2),
                        new InputChannelSpec(new ResultPartitionId(7, 1, 1, 1), 2),
                        new InputChannelSpec(new ResultPartitionId(7, 1, 2, 0), 2));
        assertThat(graph.mapping(rebalance).subpartitionCount(0)).isEqualTo(3);
    }
}
