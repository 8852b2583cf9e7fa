package io.geminid.runtime.cluster.worker;

import io.geminid.runtime.cluster.message.TaskDeployment;
import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobVertex;
import io.geminid.runtime.task.TaskShuffle;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.partition.ResultPartition;

/** Makes the partitions and gates that a deployment describes. Task thread only. */
final class DeployedShuffle implements TaskShuffle {

    private final WorkerShuffle shuffle;
    private final TaskDeployment deployment;
    private final JobVertex vertex;
    private final String owner;

    DeployedShuffle(
            final WorkerShuffle shuffle,
            final TaskDeployment deployment,
            final JobVertex vertex,
            final String owner) {
        if (deployment.outputs().size() != vertex.outputs().size()
                || deployment.inputs().size() != vertex.inputs().size()) {
            throw new IllegalArgumentException(
                    "task="
                            + owner
                            + " outputs="
                            + deployment.outputs().size()
                            + " inputs="
                            + deployment.inputs().size()
                            + " expected="
                            + vertex.outputs().size()
                            + ","
                            + vertex.inputs().size());
        }
        this.shuffle = shuffle;
        this.deployment = deployment;
        this.vertex = vertex;
        this.owner = owner;
    }

    @Override
    public ResultPartition createPartition(final JobEdge edge) {
        final TaskDeployment.Output output =
                deployment.outputs().get(vertex.outputs().indexOf(edge));
        return shuffle.environment(output.service())
                .createResultPartition(owner, output.partition());
    }

    @Override
    public InputGate createGate(final JobEdge edge) {
        final TaskDeployment.Input input = deployment.inputs().get(vertex.inputs().indexOf(edge));
        return shuffle.environment(input.service()).createInputGate(owner, input.channels());
    }
}
