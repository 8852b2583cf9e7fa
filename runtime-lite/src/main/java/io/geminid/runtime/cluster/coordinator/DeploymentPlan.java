package io.geminid.runtime.cluster.coordinator;

import io.geminid.memory.PoolSizing;
import io.geminid.runtime.cluster.message.FromCoordinator;
import io.geminid.runtime.cluster.message.TaskDeployment;
import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.execution.EdgeMapping;
import io.geminid.runtime.graph.execution.ExecutionGraph;
import io.geminid.runtime.graph.execution.ExecutionVertex;
import io.geminid.runtime.task.TaskRestore;
import io.geminid.shuffle.ShuffleMaster;
import io.geminid.shuffle.TaskShape;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ProducerDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.state.provider.StateStores;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** Partitions and gates of every task of a job. The coordinator's loop only. */
final class DeploymentPlan {

    private final ExecutionGraph graph;
    private final Function<String, ShuffleMaster> masters;
    private final int segmentsOfStore;
    private final Map<ResultPartitionId, ShuffleDescriptor> descriptors =
            new ConcurrentHashMap<>(); // filled in by whichever thread a master answers on

    DeploymentPlan(
            final ExecutionGraph graph,
            final Function<String, ShuffleMaster> masters,
            final int segmentsOfStore) {
        this.graph = graph;
        this.masters = masters;
        this.segmentsOfStore = segmentsOfStore;
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
            addStores(task, sizing);
        }
    }

    /** An operator with keyed state has a store of its own. */
    private void addStores(final JobTask task, final PoolSizing sizing) {
        final long stores =
                task.vertex().jobVertex().operators().stream()
                        .filter(operator -> operator.spec().keySerializer() != null)
                        .count();
        if (stores > 0 && segmentsOfStore > 0) {
            sizing.add(
                    "state of " + task,
                    Math.toIntExact(stores * segmentsOfStore),
                    stores + " stores x " + segmentsOfStore,
                    StateStores.STORE.name());
        }
    }

    private static List<TaskShape.Edge> ofService(
            final Map<String, List<TaskShape.Edge>> edges, final JobEdge edge) {
        return edges.computeIfAbsent(edge.spec().shuffleService(), name -> new ArrayList<>());
    }

    /**
     * Registers what tasks produce, and asks again where to read what does not depend on a worker:
     * whoever serves it may have been started again.
     *
     * @param producers where a task's service listens
     * @return completes when all masters have answered
     */
    CompletableFuture<Void> register(
            final Collection<JobTask> tasks,
            final BiFunction<JobTask, String, ProducerDescriptor> producers) {
        final List<CompletableFuture<Void>> all = new ArrayList<>();
        final Map<String, ShuffleDescriptor> external = new TreeMap<>();
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
            for (final JobEdge edge : task.vertex().jobVertex().inputs()) {
                final ShuffleDescriptor first =
                        descriptors.get(firstInput(edge, task.id().subtask()));
                if (first != null && first.storedBy() == null) {
                    external.putIfAbsent(edge.spec().shuffleService(), first);
                }
            }
        }
        external.forEach(
                (service, one) ->
                        all.add(
                                masters.apply(service)
                                        .registerPartitionWithProducer(one.partition(), null)
                                        .thenAccept(this::moveExternal)));
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    private ResultPartitionId firstInput(final JobEdge edge, final int consumer) {
        return graph.inputChannels(edge, consumer).get(0).partition();
    }

    /** All that a service keeps outside of workers is in one place. */
    private void moveExternal(final ShuffleDescriptor one) {
        descriptors.replaceAll(
                (id, known) ->
                        known.storedBy() == null && known.service().equals(one.service())
                                ? new ShuffleDescriptor(
                                        known.service(), known.partition(), null, one.address())
                                : known);
    }

    /** Those of services that may keep results outside of workers. */
    List<ShuffleMaster> mastersOfResults() {
        return graph.jobGraph().edges().stream()
                .filter(edge -> typeOf(edge) == ResultPartitionType.BLOCKING)
                .map(edge -> edge.spec().shuffleService())
                .distinct()
                .map(masters)
                .toList();
    }

    /**
     * Says where to read what was produced before.
     *
     * @param results that no worker keeps
     * @return completes when all masters have answered
     */
    CompletableFuture<Void> resume(final Collection<PartitionDescriptor> results) {
        final Map<String, List<PartitionDescriptor>> ofServices = new TreeMap<>();
        for (final PartitionDescriptor each : results) {
            final JobEdge edge = graph.jobGraph().edges().get(each.id().dataSet());
            ofServices
                    .computeIfAbsent(edge.spec().shuffleService(), name -> new ArrayList<>())
                    .add(each);
        }
        final List<CompletableFuture<Void>> all = new ArrayList<>();
        ofServices.forEach(
                (service, partitions) ->
                        all.add(
                                masters.apply(service)
                                        .registerPartitionWithProducer(partitions.get(0), null)
                                        .thenAccept(one -> addAll(partitions, one))));
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    private void addAll(
            final Collection<PartitionDescriptor> partitions, final ShuffleDescriptor one) {
        for (final PartitionDescriptor each : partitions) {
            descriptors.put(
                    each.id(), new ShuffleDescriptor(one.service(), each, null, one.address()));
        }
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

    /** What the latest attempts of tasks produce. */
    List<ResultPartitionId> partitionsOf(
            final Collection<JobTask> tasks, final boolean blockingToo) {
        return partitionsOf(tasks.stream().map(JobTask::vertex), blockingToo);
    }

    private List<ResultPartitionId> partitionsOf(
            final Stream<ExecutionVertex> vertices, final boolean blockingToo) {
        final List<ResultPartitionId> found = new ArrayList<>();
        vertices.forEach(
                vertex -> {
                    for (final JobEdge edge : vertex.jobVertex().outputs()) {
                        if (blockingToo || typeOf(edge) == ResultPartitionType.PIPELINED) {
                            found.add(graph.partition(edge, vertex.subtask()));
                        }
                    }
                });
        return found;
    }

    /** What the latest attempt of a region produces, whoever began it. */
    List<ResultPartitionId> partitionsOf(final RegionExecution region) {
        return partitionsOf(
                region.members().stream().map(each -> graph.vertex(each.vertex(), each.index())),
                true);
    }

    /** Whether a partition is where its descriptor says, as far as anybody knows. */
    boolean isKnown(final ResultPartitionId partition) {
        return descriptors.containsKey(partition);
    }

    /** The process that keeps a partition, or null. */
    private UUID storedBy(final ResultPartitionId partition) {
        final ShuffleDescriptor known = descriptors.get(partition);
        return known == null ? null : known.storedBy();
    }

    /** Whoever reads a partition next has to wait until it is produced again. */
    void lose(final ResultPartitionId partition) {
        release(List.of(partition));
    }

    /** A process is gone, and what it kept (INV B4). */
    void loseStoredBy(final UUID processId) {
        descriptors.values().removeIf(known -> processId.equals(known.storedBy()));
    }

    /** Forgets partitions, and frees what they hold outside of workers. */
    void release(final Collection<ResultPartitionId> partitions) {
        for (final ResultPartitionId partition : partitions) {
            final ShuffleDescriptor known = descriptors.remove(partition);
            if (known != null) {
                final JobEdge edge = graph.jobGraph().edges().get(partition.dataSet());
                masters.apply(edge.spec().shuffleService()).releasePartitionExternally(known);
            }
        }
    }

    /** The same, and tells those of a job's workers that have them. */
    void release(final List<ResultPartitionId> partitions, final Collection<WorkerHandle> workers) {
        for (final WorkerHandle worker : workers) {
            final List<ResultPartitionId> there =
                    partitions.stream()
                            .filter(id -> worker.hello().processId().equals(storedBy(id)))
                            .toList();
            if (!there.isEmpty()) {
                worker.send(new FromCoordinator.ReleasePartitions(graph.jobId(), there));
            }
        }
        release(partitions);
    }

    /** Forgets all partitions. */
    void release() {
        release(List.copyOf(descriptors.keySet()));
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
