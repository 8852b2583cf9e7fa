package io.geminid.runtime.cluster.coordinator;

import io.geminid.memory.PoolSizing;
import io.geminid.runtime.cluster.message.TaskDeployment;
import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.execution.EdgeMapping;
import io.geminid.runtime.graph.execution.ExecutionGraph;
import io.geminid.runtime.task.TaskRestore;
import io.geminid.shuffle.ShuffleMaster;
import io.geminid.shuffle.TaskShape;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ProducerDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Partitions and gates of every task of a job. The coordinator's loop only. */
final class DeploymentPlan {

    private final ExecutionGraph graph;
    private final Function<String, ShuffleMaster> masters;
    private final Map<ResultPartitionId, ShuffleDescriptor> descriptors =
            new ConcurrentHashMap<>(); // filled in by whichever thread a master answers on

    DeploymentPlan(final ExecutionGraph graph, final Function<String, ShuffleMaster> masters) {
        this.graph = graph;
        this.masters = masters;
    }

    /** Adds what a worker needs for its tasks to the sum. */
    void addSegmentsNeeded(final Collection<JobTask> tasks, final PoolSizing sizing) {
        for (final JobTask task : tasks) {
            final Map<String, List<TaskShape.Edge>> partitions = new TreeMap<>();
            final Map<String, List<TaskShape.Edge>> gates = new TreeMap<>();
            for (final JobEdge edge : task.vertex().jobVertex().outputs()) {
                final int count = graph.mapping(edge).subpartitionCount(task.id().subtask());
                ofService(partitions, edge).add(new TaskShape.Edge(typeOf(edge), count));
            }
            for (final JobEdge edge : task.vertex().jobVertex().inputs()) {
                final int count = graph.inputChannels(edge, task.id().subtask()).size();
                ofService(gates, edge).add(new TaskShape.Edge(typeOf(edge), count));
            }
            final TreeMap<String, List<TaskShape.Edge>> services = new TreeMap<>(partitions);
            services.putAll(gates);
            for (final String service : services.keySet()) {
                final TaskShape shape =
                        new TaskShape(
                                task.toString(),
                                partitions.getOrDefault(service, List.of()),
                                gates.getOrDefault(service, List.of()));
                masters.apply(service).addSegmentsNeeded(sizing, shape);
            }
        }
    }

    private static List<TaskShape.Edge> ofService(
            final Map<String, List<TaskShape.Edge>> edges, final JobEdge edge) {
        return edges.computeIfAbsent(edge.spec().shuffleService(), name -> new ArrayList<>());
    }

    /**
     * Registers the partitions of all tasks.
     *
     * @param producers where a task's service listens
     * @return completes when all masters have answered
     */
    CompletableFuture<Void> register(
            final Collection<JobTask> tasks,
            final BiFunction<JobTask, String, ProducerDescriptor> producers) {
        final List<CompletableFuture<Void>> all = new ArrayList<>();
        for (final JobTask task : tasks) {
            for (final JobEdge edge : task.vertex().jobVertex().outputs()) {
                final String service = edge.spec().shuffleService();
                final PartitionDescriptor partition = partition(edge, task.id().subtask());
                all.add(
                        masters.apply(service)
                                .registerPartitionWithProducer(
                                        partition, producers.apply(task, service))
                                .thenAccept(known -> descriptors.put(partition.id(), known)));
            }
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    /** What a task's worker must know. All partitions that it reads are registered. */
    TaskDeployment deployment(final JobTask task, final TaskRestore restore) {
        final int subtask = task.id().subtask();
        final List<TaskDeployment.Output> outputs = new ArrayList<>();
        for (final JobEdge edge : task.vertex().jobVertex().outputs()) {
            outputs.add(
                    new TaskDeployment.Output(
                            edge.spec().shuffleService(), partition(edge, subtask)));
        }
        final List<TaskDeployment.Input> inputs = new ArrayList<>();
        for (final JobEdge edge : task.vertex().jobVertex().inputs()) {
            final List<SubpartitionSource> channels = new ArrayList<>();
            for (final ExecutionGraph.InputChannelSpec channel :
                    graph.inputChannels(edge, subtask)) {
                channels.add(
                        new SubpartitionSource(
                                descriptors.get(channel.partition()), channel.subpartition()));
            }
            inputs.add(new TaskDeployment.Input(edge.spec().shuffleService(), channels));
        }
        return new TaskDeployment(task.id(), outputs, inputs, restore);
    }

    /** Frees what partitions hold outside of workers. */
    void release() {
        for (final JobEdge edge : graph.jobGraph().edges()) {
            final int producers = graph.mapping(edge).producers();
            for (int producer = 0; producer < producers; producer++) {
                final ShuffleDescriptor known = descriptors.remove(graph.partition(edge, producer));
                if (known != null) {
                    masters.apply(edge.spec().shuffleService()).releasePartitionExternally(known);
                }
            }
        }
    }

    private PartitionDescriptor partition(final JobEdge edge, final int producer) {
        final EdgeMapping mapping = graph.mapping(edge);
        return new PartitionDescriptor(
                graph.partition(edge, producer), typeOf(edge), mapping.subpartitionCount(producer));
    }

    private static ResultPartitionType typeOf(final JobEdge edge) {
        return switch (edge.spec().mode()) {
            case PIPELINED -> ResultPartitionType.PIPELINED;
            case BLOCKING -> ResultPartitionType.BLOCKING;
        };
    }
}
