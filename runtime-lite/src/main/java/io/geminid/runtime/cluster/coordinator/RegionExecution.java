package io.geminid.runtime.cluster.coordinator;

import io.geminid.memory.PoolSizing;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.schedule.Subtask;
import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.TaskState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subtasks that run together and fail together, over all of their attempts. The coordinator's loop
 * only.
 */
final class RegionExecution {

    private static final Logger LOG = LoggerFactory.getLogger(RegionExecution.class);

    /** Where a region of a job stands. */
    enum Phase {
        /** What it reads is not complete, or nobody has asked for it. */
        WAITING,
        /** Waits for slots. */
        QUEUED,
        /** Has slots; workers build the graph. */
        PREPARING,
        /** Workers make tasks. */
        DEPLOYING,
        /** All tasks are there and may run. */
        RUNNING,
        /** Tasks were told to stop. */
        CANCELING,
        /** All tasks have ended; workers clear away. */
        RELEASING,
        /**
         * All tasks have finished and hold nothing; what was produced for others is there. Perhaps
         * it was another coordinator's tasks.
         */
        FINISHED,
        /** Failed or stopped, and holds nothing. */
        STOPPED;

        boolean canBecome(final Phase to) {
            return switch (this) {
                case WAITING -> to == QUEUED || to == FINISHED; // long before
                case QUEUED -> to == PREPARING || to == WAITING;
                case PREPARING -> to == DEPLOYING || to == CANCELING;
                case DEPLOYING -> to == RUNNING || to == CANCELING;
                case RUNNING -> to == CANCELING || to == RELEASING;
                case CANCELING -> to == RELEASING;
                case RELEASING -> to == FINISHED || to == STOPPED;
                case FINISHED -> to == STOPPED;
                case STOPPED -> to == WAITING;
            };
        }

        /** Whether it fails if one of its tasks does. */
        boolean isActive() {
            return this == PREPARING || this == DEPLOYING || this == RUNNING;
        }

        /** Whether it has nothing on any worker but what it produced. */
        boolean holdsNothing() {
            return this == WAITING || this == QUEUED || this == FINISHED || this == STOPPED;
        }
    }

    private final int number;
    private final List<Subtask> members;
    private final List<JobTask> tasks = new ArrayList<>();

    /** Workers that have tasks of it and live, by index. */
    private final Map<Integer, WorkerHandle> workers = new TreeMap<>();

    /** Segments that it has reserved, by worker. */
    private final Map<Integer, Long> segments = new TreeMap<>();

    /** Workers that have not cleared away yet. */
    private final Set<Integer> clearing = new HashSet<>();

    private Phase phase = Phase.WAITING;
    private boolean successful;
    private int round;

    RegionExecution(final int number, final List<Subtask> members) {
        this.number = number;
        this.members = members;
    }

    int number() {
        return number;
    }

    List<Subtask> members() {
        return members;
    }

    Phase phase() {
        return phase;
    }

    void become(final Phase to) {
        if (!phase.canBecome(to)) {
            throw new IllegalStateException("region=" + number + " phase=" + phase + " to=" + to);
        }
        LOG.debug("region={} phase={} to={}", number, phase, to);
        phase = to;
    }

    /** Changes with each attempt, so that what was meant for one does not reach the next. */
    int round() {
        return round;
    }

    List<JobTask> tasks() {
        return tasks;
    }

    void add(final JobTask task) {
        tasks.add(task);
        workers.put(task.worker().index(), task.worker());
    }

    Collection<WorkerHandle> workers() {
        return workers.values();
    }

    boolean hasPrepared(final Set<Integer> prepared) {
        return prepared.containsAll(workers.keySet());
    }

    List<JobTask> tasksOn(final WorkerHandle worker) {
        return tasks.stream().filter(task -> task.worker() == worker).toList();
    }

    List<TaskId> idsOn(final WorkerHandle worker) {
        return tasksOn(worker).stream().map(JobTask::id).toList();
    }

    boolean all(final TaskState state) {
        return tasks.stream().allMatch(task -> task.state() == state);
    }

    /** Whether nothing more is to be heard of its tasks. */
    boolean isOver() {
        return tasks.stream().allMatch(JobTask::isOver);
    }

    /** Refuses it, before it starts, if a worker has too few segments for its tasks. */
    void reserveSegments(final DeploymentPlan plan, final SegmentPoolContext pool) {
        for (final WorkerHandle worker : workers.values()) {
            final PoolSizing sizing = new PoolSizing();
            if (worker.segmentsReserved() > 0) {
                sizing.add(
                        "others on " + worker.name(),
                        Math.toIntExact(worker.segmentsReserved()),
                        "running",
                        "number of jobs at a time");
            }
            plan.addSegmentsNeeded(tasksOn(worker), sizing);
            sizing.requireFits(pool);
            final long count = sizing.total() - worker.segmentsReserved();
            worker.reserveSegments(count);
            segments.put(worker.index(), count);
        }
    }

    /** Whether there would be enough if nobody else had any. */
    boolean fitsAlone(final DeploymentPlan plan, final SegmentPoolContext pool) {
        for (final WorkerHandle worker : workers.values()) {
            final PoolSizing sizing = new PoolSizing();
            plan.addSegmentsNeeded(tasksOn(worker), sizing);
            if (sizing.total() > pool.capacity()) {
                return false;
            }
        }
        return true;
    }

    void unreserve() {
        segments.forEach((index, count) -> workers.get(index).reserveSegments(-count));
        segments.clear();
    }

    /** Every worker was told to clear away. */
    void beginRelease() {
        successful = phase == Phase.RUNNING && all(TaskState.FINISHED);
        become(Phase.RELEASING);
        clearing.addAll(workers.keySet());
    }

    void onCleared(final int worker) {
        clearing.remove(worker);
    }

    boolean isCleared() {
        return phase == Phase.RELEASING && clearing.isEmpty();
    }

    /** Whether all of its tasks had finished when it was told to clear away. */
    boolean isSuccessful() {
        return successful;
    }

    /** Whether a worker has still to answer. */
    boolean waitsFor(final WorkerHandle worker) {
        return phase == Phase.RELEASING
                ? clearing.contains(worker.index())
                : !tasksOn(worker).stream().allMatch(JobTask::isOver);
    }

    /** Whether it has finished in a round, and was not stopped since. */
    boolean hasFinished(final int inRound) {
        return phase == Phase.FINISHED && round == inRound;
    }

    /** It must begin again, although its tasks have finished. */
    void spoil() {
        successful = false;
    }

    /** It holds nothing any more. */
    void endRelease() {
        unreserve();
        workers.clear();
        become(successful ? Phase.FINISHED : Phase.STOPPED);
    }

    /** A worker is lost, and what was on it. */
    void lose(final WorkerHandle worker) {
        if (workers.remove(worker.index(), worker)) {
            tasksOn(worker).forEach(JobTask::lose);
            clearing.remove(worker.index());
            segments.remove(worker.index());
        }
    }

    /** Forgets the last attempt, once it holds nothing. */
    void reset(final Consumer<TaskId> forgotten) {
        tasks.forEach(task -> forgotten.accept(task.id()));
        tasks.clear();
        workers.clear();
        round++;
        if (phase == Phase.STOPPED) {
            become(Phase.WAITING);
        }
    }

    @Override
    public String toString() {
        return "region=" + number + " phase=" + phase;
    }
}
