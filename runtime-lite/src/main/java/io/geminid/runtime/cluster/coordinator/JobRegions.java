package io.geminid.runtime.cluster.coordinator;

import io.geminid.memory.SegmentPoolContext;
import io.geminid.memory.TooFewSegmentsException;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.coordinator.RegionExecution.Phase;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.results.KeptResults;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.execution.ExecutionGraph;
import io.geminid.runtime.graph.execution.ExecutionVertex;
import io.geminid.runtime.schedule.EagerSchedulingStrategy;
import io.geminid.runtime.schedule.JobSlots;
import io.geminid.runtime.schedule.LazyFromSourceStrategy;
import io.geminid.runtime.schedule.PipelinedRegions;
import io.geminid.runtime.schedule.PipelinedRegions.Exchange;
import io.geminid.runtime.schedule.RestartSet;
import io.geminid.runtime.schedule.SchedulingStrategy;
import io.geminid.runtime.schedule.SlotSharing;
import io.geminid.runtime.schedule.Subtask;
import io.geminid.runtime.task.TaskId;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The regions of one job: which of them wait for slots, what a failure means for the others, and
 * what nobody reads any more. The coordinator's loop only.
 */
final class JobRegions {

    private final Coordinator coordinator;
    private final PipelinedRegions regions;
    private final ExecutionGraph graph;
    private final Map<TaskId, JobTask> tasks;
    private final JobSlots slots;
    private final DeploymentPlan plan;
    private final SchedulingStrategy strategy;
    private final RestartSet restartSet;
    private final List<RegionExecution> all = new ArrayList<>();

    /** Bulks that wait for slots; the regions of one get them together. */
    private final List<List<RegionExecution>> queue = new ArrayList<>();

    /** Keeps the master's own map of tasks up to date. */
    JobRegions(
            final Coordinator coordinator,
            final ExecutionGraph graph,
            final DeploymentPlan plan,
            final Map<TaskId, JobTask> tasks) {
        this.coordinator = coordinator;
        this.graph = graph;
        this.plan = plan;
        this.tasks = tasks;
        final JobGraph jobGraph = graph.jobGraph();
        slots = new JobSlots(coordinator.slots(), new SlotSharing(jobGraph.vertices()));
        regions = new PipelinedRegions(jobGraph);
        strategy =
                jobGraph.isBatch()
                        ? new LazyFromSourceStrategy(regions)
                        : new EagerSchedulingStrategy(regions);
        restartSet = new RestartSet(regions, new Status());
        for (int number = 0; number < regions.count(); number++) {
            all.add(new RegionExecution(number, regions.members(number)));
        }
    }

    private final class Status implements RestartSet.Status {

        @Override
        public boolean hasBegun(final int region) {
            final Phase phase = all.get(region).phase();
            return phase != Phase.WAITING && phase != Phase.QUEUED;
        }

        @Override
        public boolean isReadable(final int region, final Exchange exchange) {
            return all.get(region).phase() == Phase.FINISHED
                    && partitions(region, exchange).stream().allMatch(plan::isKnown);
        }
    }

    /** What a region produces for an exchange. */
    private List<ResultPartitionId> partitions(final int region, final Exchange exchange) {
        final List<ResultPartitionId> found = new ArrayList<>();
        for (final Subtask member : regions.members(region)) {
            if (member.vertex() == exchange.edge().sourceVertex()
                    && member.index() >= exchange.part().firstProducer()
                    && member.index() < exchange.part().producersEnd()) {
                found.add(graph.partition(exchange.edge(), member.index()));
            }
        }
        return found;
    }

    List<RegionExecution> all() {
        return all;
    }

    RegionExecution of(final JobTask task) {
        return all.get(regions.regionOf(task.id().vertex(), task.id().subtask()));
    }

    RegionExecution of(final ResultPartitionId partition) {
        final int vertex = graph.jobGraph().edges().get(partition.dataSet()).sourceVertex();
        return all.get(regions.regionOf(vertex, partition.producer()));
    }

    boolean allMatch(final Predicate<Phase> condition) {
        return all.stream().allMatch(region -> condition.test(region.phase()));
    }

    /**
     * Goes on where an earlier coordinator was (INV B9). Before anything else.
     *
     * @param results finds what is complete
     * @param then told when it is known where to read that, or why it is not, on the loop
     */
    void resume(
            final KeptResults results, final JobRequest request, final Consumer<Throwable> then) {
        final CheckpointSettings settings = coordinator.context().checkpoints().settings();
        results.open(
                new KeptResults.Job(
                        graph.jobId(),
                        settings.job(),
                        request,
                        graph.jobGraph(),
                        settings.restartsMax()),
                plan.mastersOfResults(),
                regions,
                this::finished,
                (found, failure) -> {
                    if (failure == null && !found.finished().isEmpty()) {
                        resume(found);
                        plan.resume(found.unread())
                                .whenComplete(
                                        (nothing, unknown) ->
                                                coordinator
                                                        .context()
                                                        .loop()
                                                        .execute(() -> then.accept(unknown)));
                    } else {
                        graph.numberAttempts(failure == null ? found.firstAttempt() : 0);
                        then.accept(failure);
                    }
                });
    }

    private void resume(final KeptResults.Found found) {
        graph.numberAttempts(found.firstAttempt());
        found.finished()
                .forEach(
                        (number, attempt) -> {
                            final RegionExecution region = all.get(number);
                            region.members().forEach(each -> vertex(each).resume(attempt));
                            region.become(Phase.FINISHED);
                            strategy.onFinished(number);
                        });
    }

    /** Attempts of the regions that have finished, by number. */
    private Map<Integer, Integer> finished() {
        final Map<Integer, Integer> attempts = new TreeMap<>();
        for (final RegionExecution region : all) {
            if (region.phase() == Phase.FINISHED) {
                attempts.put(region.number(), vertex(region.members().get(0)).attempt());
            }
        }
        return attempts;
    }

    void start() {
        enqueue(strategy.onStart());
    }

    /** A region is complete: those that waited for it want slots now. */
    void onFinished(final RegionExecution region) {
        enqueue(strategy.onFinished(region.number()));
    }

    /** Regions begin again, all of which hold nothing, with new attempts (INV R4). */
    void restart(final Collection<RegionExecution> again) {
        for (final RegionExecution region : again) {
            region.reset(tasks::remove);
            region.members().forEach(each -> vertex(each).beginAttempt());
        }
        enqueue(strategy.onRestart(again.stream().map(RegionExecution::number).toList()));
    }

    private void enqueue(final List<List<Integer>> bulks) {
        for (final List<Integer> bulk : bulks) {
            final List<RegionExecution> together = new ArrayList<>();
            for (final int number : bulk) {
                all.get(number).become(Phase.QUEUED);
                together.add(all.get(number));
            }
            queue.add(together);
        }
    }

    /** Takes those out of the queue for which there is room now. */
    void dequeue(final Predicate<List<RegionExecution>> hasRoom) {
        final Iterator<List<RegionExecution>> each = queue.iterator();
        while (each.hasNext()) {
            if (hasRoom.test(each.next())) {
                each.remove();
            }
        }
    }

    /**
     * Gives a bulk slots and memory, all or nothing.
     *
     * @return false if there is not enough as long as others have what they have
     * @throws TooFewSegmentsException if there would not be enough anyhow
     */
    boolean allocate(final List<RegionExecution> bulk) {
        final SegmentPoolContext pool = coordinator.context().pool();
        if (!slots.take(membersOf(bulk))) {
            return false;
        }
        bulk.forEach(this::makeTasks);
        try {
            bulk.forEach(region -> region.reserveSegments(plan, pool));
            return true;
        } catch (final TooFewSegmentsException e) {
            bulk.forEach(RegionExecution::unreserve);
            slots.giveBack(membersOf(bulk));
            if (allMatch(Phase::holdsNothing)
                    || !bulk.stream().allMatch(region -> region.fitsAlone(plan, pool))) {
                throw e;
            }
            bulk.forEach(region -> region.reset(tasks::remove));
            return false;
        }
    }

    private static List<Subtask> membersOf(final List<RegionExecution> bulk) {
        return bulk.stream().flatMap(region -> region.members().stream()).toList();
    }

    private void makeTasks(final RegionExecution region) {
        for (final Subtask subtask : region.members()) {
            final ExecutionVertex vertex = vertex(subtask);
            final TaskId id =
                    new TaskId(graph.jobId(), subtask.vertex(), subtask.index(), vertex.attempt());
            final WorkerHandle worker = coordinator.worker(slots.of(subtask).worker());
            final JobTask task = new JobTask(id, vertex, worker);
            tasks.put(id, task);
            region.add(task);
        }
    }

    private ExecutionVertex vertex(final Subtask subtask) {
        return graph.vertex(subtask.vertex(), subtask.index());
    }

    /** What a bulk waits for, for messages. */
    String missing(final List<RegionExecution> bulk) {
        return slots.missing(membersOf(bulk));
    }

    /** A region holds nothing any more. */
    void endRelease(final RegionExecution region) {
        region.endRelease();
        slots.giveBack(region.members());
    }

    /** A worker is lost: those that had something there, or have to read what was there. */
    Set<RegionExecution> lose(final WorkerHandle worker) {
        slots.lose(worker.index());
        final Set<RegionExecution> failed = new LinkedHashSet<>();
        for (final RegionExecution region : all) {
            if (!region.tasksOn(worker).isEmpty() && !region.phase().holdsNothing()) {
                region.lose(worker);
                failed.add(region);
            }
        }
        failed.addAll(incomplete());
        return failed;
    }

    /** The bulk that waits for slots first; null if none does. */
    List<RegionExecution> firstQueued() {
        return queue.isEmpty() ? null : queue.get(0);
    }

    /** Nobody waits for slots any more. */
    void clearQueue() {
        queue.forEach(bulk -> bulk.forEach(region -> region.become(Phase.WAITING)));
        queue.clear();
    }

    /** Which regions begin again after some have failed. */
    List<RegionExecution> after(final Collection<RegionExecution> failed) {
        final List<RegionExecution> again =
                restartSet.after(failed.stream().map(RegionExecution::number).toList()).stream()
                        .map(all::get)
                        .toList();
        again.forEach(this::unqueueConsumers);
        return again;
    }

    /** What they wait for is not complete any more. */
    private void unqueueConsumers(final RegionExecution producer) {
        for (final Exchange exchange : regions.outputs(producer.number())) {
            for (final int consumer : exchange.consumers()) {
                if (all.get(consumer).phase() == Phase.QUEUED) {
                    all.get(consumer).become(Phase.WAITING);
                    queue.forEach(bulk -> bulk.remove(all.get(consumer)));
                }
            }
        }
        queue.removeIf(List::isEmpty);
    }

    /** Regions that are complete, but what somebody has still to read of them is gone. */
    private Collection<RegionExecution> incomplete() {
        final TreeSet<Integer> found = new TreeSet<>();
        for (final RegionExecution region : all) {
            if (region.phase() == Phase.FINISHED) {
                for (final Exchange output : regions.outputs(region.number())) {
                    if (!isConsumed(output)
                            && !partitions(region.number(), output).stream()
                                    .allMatch(plan::isKnown)) {
                        found.add(region.number());
                    }
                }
            }
        }
        return found.stream().map((Function<Integer, RegionExecution>) all::get).toList();
    }

    private boolean isConsumed(final Exchange exchange) {
        return exchange.consumers().stream()
                .allMatch(consumer -> all.get(consumer).phase() == Phase.FINISHED);
    }

    /** A region has finished: partitions that nobody else has to read (INV B3). */
    List<ResultPartitionId> consumedWith(final RegionExecution region) {
        final List<ResultPartitionId> consumed = new ArrayList<>();
        for (final Exchange input : regions.inputs(region.number())) {
            if (isConsumed(input)) {
                input.producers().forEach(producer -> consumed.addAll(partitions(producer, input)));
            }
        }
        return consumed;
    }
}
