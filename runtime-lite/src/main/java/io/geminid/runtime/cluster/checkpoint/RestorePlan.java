package io.geminid.runtime.cluster.checkpoint;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobVertex;
import io.geminid.runtime.graph.exchange.Exchange;
import io.geminid.runtime.graph.execution.EdgeMapping;
import io.geminid.runtime.graph.execution.ExecutionGraph;
import io.geminid.runtime.graph.stream.StreamNode;
import io.geminid.runtime.task.TaskPlan;
import io.geminid.runtime.task.TaskRestore;
import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.runtime.task.checkpoint.ChannelState;
import io.geminid.runtime.task.checkpoint.RestoredChannel;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Divides a checkpoint among the tasks of a graph, whose parallelism may have changed (INV U10). A
 * channel's data in flight goes to the tasks that its records may belong to now, both sides of the
 * channel together: of an exchange by key to every subtask that has key groups of the old consumer,
 * each of which picks its own; of any other to one.
 */
public final class RestorePlan {

    private final long base;
    private final ExecutionGraph graph;
    private final Map<String, OperatorSnapshot> operators = new HashMap<>();
    private final Map<ChannelId, List<StateHandle>> inFlight = new LinkedHashMap<>();
    private final Map<JobVertex, Boolean> dealtAnew = new IdentityHashMap<>();

    /**
     * Reads a checkpoint.
     *
     * @param manifest the checkpoint
     * @param base the number under which it may be the base of others; 0 if it is another job's
     * @param graph what is to be started
     * @throws IllegalArgumentException if there is data in flight and the graph is of other
     *     operators or chained otherwise, or if key groups are other ones; names them
     */
    public RestorePlan(
            final CheckpointManifest manifest, final long base, final ExecutionGraph graph) {
        this.base = base;
        this.graph = graph;
        for (final OperatorSnapshot operator : manifest.operators()) {
            operators.put(operator.operator(), operator);
        }
        addInFlight(manifest, PartKind.INPUT_CHANNELS);
        addInFlight(manifest, PartKind.OUTPUT_CHANNELS);
        requireSameOperators(manifest.id());
    }

    /**
     * What is in flight needs the same edges. They are known by their numbers, which follow from
     * the operators and their chains.
     */
    private void requireSameOperators(final CheckpointId checkpoint) {
        final Map<String, Integer> keyGroups = new TreeMap<>();
        for (final JobVertex vertex : graph.jobGraph().vertices()) {
            keyGroups.put(TaskPlan.taskId(vertex), vertex.maxParallelism());
            for (final StreamNode node : vertex.operators()) {
                keyGroups.put(TaskPlan.operatorId(node), node.settings().maxParallelism());
            }
        }
        if (!inFlight.isEmpty() && !keyGroups.keySet().equals(operators.keySet())) {
            throw new IllegalArgumentException(
                    "checkpoint="
                            + checkpoint
                            + " operators="
                            + new TreeSet<>(operators.keySet())
                            + " graph="
                            + keyGroups.keySet()
                            + ": with data in flight, operators and chains must be those of the"
                            + " checkpoint; a savepoint has none");
        }
        for (final OperatorSnapshot operator : operators.values()) {
            final Integer now = keyGroups.get(operator.operator());
            if (now != null && now != operator.maxParallelism()) {
                throw new IllegalArgumentException(
                        "checkpoint="
                                + checkpoint
                                + " operator="
                                + operator.operator()
                                + " maxParallelism="
                                + operator.maxParallelism()
                                + " now="
                                + now
                                + ": the number of key groups is for ever");
            }
        }
    }

    /** Inputs before outputs: what the consumer had received comes first (INV U9). */
    private void addInFlight(final CheckpointManifest manifest, final PartKind kind) {
        addInFlight(manifest, kind, inFlight);
    }

    static void addInFlight(
            final CheckpointManifest manifest,
            final PartKind kind,
            final Map<ChannelId, List<StateHandle>> into) {
        for (final OperatorSnapshot operator : manifest.operators()) {
            for (final SubtaskSnapshot subtask : operator.subtasks()) {
                for (final StatePart part : subtask.parts()) {
                    if (part.kind() == kind) {
                        ChannelState.read(part)
                                .forEach(
                                        (channel, slices) ->
                                                into.computeIfAbsent(
                                                                channel, c -> new ArrayList<>())
                                                        .addAll(slices));
                    }
                }
            }
        }
    }

    /**
     * @return bytes in flight, each counted once
     */
    public long inFlightBytes() {
        return inFlight.values().stream()
                .flatMap(List::stream)
                .mapToLong(StateHandle::length)
                .sum();
    }

    /**
     * What a task begins with.
     *
     * @param vertex the task's
     * @param subtask its index
     * @return its part
     */
    public TaskRestore of(final JobVertex vertex, final int subtask) {
        final Map<String, OperatorSnapshot> own = new TreeMap<>();
        final OperatorSnapshot progress = operators.get(TaskPlan.taskId(vertex));
        if (progress != null && isDealtAnew(vertex)) {
            own.put(progress.operator(), progress);
        } else {
            add(TaskPlan.taskId(vertex), vertex.parallelism(), subtask, own);
        }
        for (final StreamNode node : vertex.operators()) {
            add(TaskPlan.operatorId(node), node.parallelism(), subtask, own);
        }
        final List<RestoredChannel> channels = new ArrayList<>();
        for (final JobEdge edge : vertex.inputs()) {
            channels.addAll(channels(edge, subtask));
        }
        return new TaskRestore(base, own, channels);
    }

    private void add(
            final String id,
            final int parallelism,
            final int subtask,
            final Map<String, OperatorSnapshot> own) {
        final OperatorSnapshot all = operators.get(id);
        if (all == null) {
            return;
        }
        if (all.parallelism() != parallelism) {
            own.put(id, all);
            return;
        }
        final List<SubtaskSnapshot> mine =
                all.subtasks().stream().filter(part -> part.subtask() == subtask).toList();
        own.put(id, new OperatorSnapshot(id, all.parallelism(), all.maxParallelism(), mine));
    }

    /**
     * Whether a task may be given what was on the way to another one of its vertex. Then how far
     * that one had come says nothing: all of them are only where the last of them was.
     */
    private boolean isDealtAnew(final JobVertex vertex) {
        final Boolean known = dealtAnew.get(vertex);
        if (known != null) {
            return known;
        }
        final boolean found =
                vertex.inputs().stream()
                        .anyMatch(edge -> !isAsThen(edge) || isDealtAnew(sourceOf(edge)));
        dealtAnew.put(vertex, found);
        return found;
    }

    private JobVertex sourceOf(final JobEdge edge) {
        return graph.jobGraph().vertices().get(edge.sourceVertex());
    }

    /** Whether the edge has the channels that it had. */
    private boolean isAsThen(final JobEdge edge) {
        final EdgeMapping now = graph.mapping(edge);
        return parallelismThen(edge.sourceVertex()) == now.producers()
                && parallelismThen(edge.targetVertex()) == now.consumers();
    }

    private List<RestoredChannel> channels(final JobEdge edge, final int subtask) {
        final EdgeMapping then =
                new EdgeMapping(
                        graph.mapping(edge).pattern(),
                        parallelismThen(edge.sourceVertex()),
                        parallelismThen(edge.targetVertex()));
        final boolean same = isAsThen(edge);
        final boolean rescaled = !same || isDealtAnew(sourceOf(edge));
        final List<RestoredChannel> channels = new ArrayList<>();
        for (final ChannelId id : channelsThen(edge, then)) {
            if (same ? id.consumer() == subtask : goesTo(edge, id, then, subtask)) {
                channels.add(
                        new RestoredChannel(id, rescaled, inFlight.getOrDefault(id, List.of())));
            }
        }
        return channels;
    }

    /** Those that held data besides: an edge that is forward now may have been a rebalance. */
    private Set<ChannelId> channelsThen(final JobEdge edge, final EdgeMapping then) {
        final Set<ChannelId> channels = new LinkedHashSet<>();
        for (int consumer = 0; consumer < then.consumers(); consumer++) {
            for (final EdgeMapping.Channel channel : then.channelsOf(consumer)) {
                channels.add(new ChannelId(edge.id(), channel.producer(), consumer));
            }
        }
        inFlight.keySet().stream().filter(id -> id.edge() == edge.id()).forEach(channels::add);
        return channels;
    }

    private int parallelismThen(final int vertex) {
        final JobVertex now = graph.jobGraph().vertices().get(vertex);
        final OperatorSnapshot then = operators.get(TaskPlan.taskId(now));
        return then == null ? now.parallelism() : then.parallelism();
    }

    private boolean goesTo(
            final JobEdge edge, final ChannelId id, final EdgeMapping then, final int subtask) {
        final JobVertex vertex = graph.jobGraph().vertices().get(edge.targetVertex());
        if (edge.exchange() != Exchange.KEY_GROUP) {
            return (id.producer() + id.consumer()) % vertex.parallelism() == subtask;
        }
        final int maxParallelism = vertex.maxParallelism();
        final KeyGroupRange theirs =
                KeyGroupRange.of(maxParallelism, then.consumers(), id.consumer());
        final KeyGroupRange ours = KeyGroupRange.of(maxParallelism, vertex.parallelism(), subtask);
        return theirs.first() <= ours.last() && ours.first() <= theirs.last();
    }
}
