package io.geminid.runtime.simulation.scenario;

import io.geminid.runtime.cluster.checkpoint.LogComparison;
import io.geminid.runtime.cluster.job.TaskReport;
import io.geminid.runtime.cluster.message.ControlMessage;
import io.geminid.runtime.cluster.message.FromCoordinator;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.cluster.message.TaskCounters;
import io.geminid.runtime.simulation.SimulatedCluster;
import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.TaskRestore;
import io.geminid.runtime.task.TaskState;
import io.geminid.runtime.task.checkpoint.RestoredChannel;
import io.geminid.runtime.task.checkpoint.TaskSnapshot;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Listens to the control messages of a run and notes what was reached. */
final class Observations implements SimulatedCluster.Listener {

    private static final int MESSAGES_KEPT = 200;
    private static final int SEGMENT_BYTES = 4096;

    private final Scenario scenario;
    private final Set<Sometimes> reached = EnumSet.noneOf(Sometimes.class);
    private final Deque<String> messages = new ArrayDeque<>();
    private final Set<String> registered = new HashSet<>();

    /** Workers' tasks that are initializing with something restored. */
    private final Map<String, Set<TaskId>> restoring = new HashMap<>();

    /** Workers that the coordinator has parted with, and that still run. */
    private final Set<String> zombies = new HashSet<>();

    private final Set<String> answered = new HashSet<>();
    private final Set<Long> givenUp = new HashSet<>();
    private final Map<Long, Set<String>> toldOfCompleted = new HashMap<>();

    /** The latest attempt of each subtask. */
    private final Map<List<Integer>, TaskId> deployed = new HashMap<>();

    private final Set<List<Integer>> drained = new HashSet<>();
    private final Set<List<Integer>> finished = new HashSet<>();
    private final Map<Long, Set<List<Integer>>> taken = new HashMap<>();
    private final Map<Long, Map<TaskId, TaskSnapshot>> snapshots = new HashMap<>();
    private final Set<Long> tookOver = new HashSet<>();
    private final CommittedFiles files;
    private Consumer<Moment> onMoment = moment -> {};

    /** The latest checkpoint that a coordinator has begun. */
    private long begun;

    /** The latest that tasks were part of that have begun again since. */
    private long outdated;

    private long triggered;
    private long ended;
    private int attempt;
    private int faults;
    private boolean restoredInFlight;
    private boolean lastCompleted;
    private boolean newCoordinator;

    Observations(final Scenario scenario) {
        this.scenario = scenario;
        files = new CommittedFiles(Path.of(scenario.job().options().output()));
    }

    /** Fails if something was committed that is not in a checkpoint. */
    void checkFiles() {
        files.check();
    }

    @Override
    public void onSending(final ControlMessage message) {
        if (message instanceof FromCoordinator.TriggerCheckpoint trigger) {
            final long checkpoint = trigger.barrier().checkpoint();
            if (newCoordinator && checkpoint == 1) {
                // The storage was empty: the job had ended when its coordinator crashed.
                begun = 0;
                outdated = 0;
            }
            begun = Math.max(begun, checkpoint);
        } else if (message instanceof FromCoordinator.DeployTask) {
            outdated = begun;
        }
    }

    /** Tasks that have begun again never share the storage with what those before come to. */
    @Override
    public void onCheckpoint(
            final long checkpoint, final String operatorStates, final BlobStore storage) {
        if (checkpoint <= outdated) {
            throw new AssertionError(
                    "checkpoint=" + checkpoint + " of tasks that have begun again (INV R7)");
        }
        files.onCheckpoint(operatorStates);
        if (scenario.logsBeside()) {
            compare(snapshots.getOrDefault(checkpoint, Map.of()), storage);
        }
    }

    @Override
    public boolean logsBeside() {
        return scenario.logsBeside();
    }

    /** What was copied is what was logged (INV O4). */
    private void compare(final Map<TaskId, TaskSnapshot> all, final BlobStore storage) {
        final LogComparison.Result result =
                LogComparison.of(
                        all,
                        new BlobCheckpointStorage(
                                storage,
                                () -> {
                                    throw new IllegalStateException("nothing is written");
                                }));
        if (result.hasHole() && !reached.contains(Sometimes.FAULT_STORAGE)) {
            throw new AssertionError("a log has forgotten what is in flight");
        }
        if (result.bytes() > 0) {
            reach(Sometimes.BYTES_IN_FLIGHT_COMPARED_WITH_LOGS);
        }
        if (result.isRestored() && result.bytes() > 0) {
            reach(Sometimes.BYTES_IN_FLIGHT_COMPARED_BESIDE_RESTORED_ONES);
        }
    }

    Set<Sometimes> reached() {
        return reached;
    }

    void reach(final Sometimes state) {
        reached.add(state);
    }

    int faults() {
        return faults;
    }

    /** Completed checkpoints that somebody has been told of. */
    int completed() {
        return toldOfCompleted.size();
    }

    /** What was said last, oldest first. */
    String lastMessages() {
        return String.join("\n", messages);
    }

    void onFault(final FaultKind kind) {
        faults++;
        note("*** " + kind);
        reach(Sometimes.valueOf("FAULT_" + kind));
    }

    private void note(final String what) {
        messages.addLast(what);
        if (messages.size() > MESSAGES_KEPT) {
            messages.removeFirst();
        }
    }

    /** Says whom to tell of moments. */
    void onMoment(final Consumer<Moment> listener) {
        onMoment = listener;
    }

    @Override
    public void onDelivery(final String worker, final ControlMessage message) {
        if (message instanceof FromCoordinator said) {
            onCoordinatorSaid(worker, said);
        } else if (message instanceof FromWorker said) {
            onWorkerSaid(worker, said);
        }
    }

    private void onCoordinatorSaid(final String worker, final FromCoordinator message) {
        if (!(message instanceof FromCoordinator.Alive)) {
            note(worker + " <- " + message);
            onMoment.accept(Moment.ANY);
        }
        if (message instanceof FromCoordinator.DeployTask deploy) {
            onDeploy(worker, deploy.deployment().task(), deploy.deployment().restore());
        } else if (message instanceof FromCoordinator.TriggerCheckpoint trigger) {
            triggered = Math.max(triggered, trigger.barrier().checkpoint());
        } else if (message instanceof FromCoordinator.CheckpointCompleted completed) {
            onCompleted(worker, completed.checkpoint(), completed.isFinal());
            if (completed.consumed().stream().anyMatch(each -> each.position() > 0)) {
                reach(Sometimes.LOG_CUT_OFF);
            }
        } else if (message instanceof FromCoordinator.CheckpointAborted aborted) {
            onAborted(worker, aborted.checkpoint());
        }
    }

    private void onCompleted(final String worker, final long checkpoint, final boolean isFinal) {
        ended = Math.max(ended, checkpoint);
        toldOfCompleted.computeIfAbsent(checkpoint, c -> new HashSet<>()).add(worker);
        reach(Sometimes.CHECKPOINT_COMPLETED);
        onMoment.accept(Moment.COMPLETED);
        if (tookOver.contains(checkpoint)) {
            reach(Sometimes.CHECKPOINT_WITH_RESTORED_BYTES_COMPLETED);
        }
        if (isFinal) {
            lastCompleted = true;
            reach(Sometimes.CHECKPOINT_WITH_ALL_INPUT_PROCESSED);
            onMoment.accept(Moment.LAST_COMPLETED);
        }
        if (restoredInFlight) {
            restoredInFlight = false;
            onMoment.accept(Moment.FIRST_COMPLETED_AFTER_RESTORE);
        }
    }

    private void onAborted(final String worker, final long checkpoint) {
        ended = Math.max(ended, checkpoint);
        givenUp.add(checkpoint);
        reach(Sometimes.CHECKPOINT_GIVEN_UP);
        onMoment.accept(Moment.GIVEN_UP);
        if (answered.contains(worker + " " + checkpoint)) {
            reach(Sometimes.ABORT_REACHED_A_TASK_AFTER_ITS_SNAPSHOT);
        }
        if (isWhole(checkpoint)) {
            reach(Sometimes.CHECKPOINT_WITH_ALL_SNAPSHOTS_GIVEN_UP);
        }
        if (!deployed.isEmpty() && drained.size() == deployed.size()) {
            reach(Sometimes.LAST_CHECKPOINT_GIVEN_UP);
        }
    }

    private boolean isWhole(final long checkpoint) {
        return taken.getOrDefault(checkpoint, Set.of()).size() == deployed.size();
    }

    private static List<Integer> subtaskOf(final TaskId task) {
        return List.of(task.vertex(), task.subtask());
    }

    private void onDeploy(final String worker, final TaskId task, final TaskRestore restore) {
        if (!zombies.isEmpty()) {
            reach(Sometimes.OLD_ATTEMPT_STILL_RUNS);
        }
        attempt = Math.max(attempt, task.attempt());
        final List<Integer> subtask = subtaskOf(task);
        if (finished.remove(subtask)) {
            reach(Sometimes.FINISHED_TASK_BEGINS_AGAIN);
        }
        if (drained.remove(subtask)) {
            reach(Sometimes.DRAINED_TASK_BEGINS_AGAIN);
        }
        deployed.put(subtask, task);
        if (deployed.values().stream().anyMatch(other -> other.attempt() < attempt)
                && task.attempt() > 0) {
            reach(Sometimes.ATTEMPTS_OF_TASKS_DIFFER);
        }
        if (restore.checkpoint() > 0) {
            reach(Sometimes.RESTART_WITH_A_CHECKPOINT);
            restoring.computeIfAbsent(worker, w -> new HashSet<>()).add(task);
            if (newCoordinator) {
                reach(Sometimes.NEW_COORDINATOR_FOUND_A_CHECKPOINT);
            }
            if (lastCompleted) {
                reach(Sometimes.RESTART_WITH_THE_LAST_CHECKPOINT);
            }
        } else if (attempt > 0) {
            reach(Sometimes.RESTART_WITHOUT_A_CHECKPOINT);
        }
        onMoment.accept(Moment.TASK_DEPLOYED);
        onDeployInFlight(restore);
        if (attempt >= 4) {
            reach(Sometimes.FIFTH_ATTEMPT);
        }
    }

    private void onDeployInFlight(final TaskRestore restore) {
        for (final RestoredChannel channel : restore.channels()) {
            if (!channel.slices().isEmpty()) {
                restoredInFlight = true;
                reach(Sometimes.TASK_GIVEN_BYTES_IN_FLIGHT);
                if (scenario.logs()) {
                    reach(Sometimes.TASK_GIVEN_BYTES_OUT_OF_LOGS);
                }
                if (channel.rescaled()) {
                    reach(Sometimes.BYTES_IN_FLIGHT_RESCALED);
                }
            }
        }
    }

    private void onWorkerSaid(final String worker, final FromWorker message) {
        if (!(message instanceof FromWorker.Alive || message instanceof FromWorker.Progress)) {
            note(worker + " -> " + message);
            onMoment.accept(Moment.ANY);
        }
        if (message instanceof FromWorker.TaskChanged changed) {
            onTask(worker, changed.task(), changed.state());
        } else if (message instanceof FromWorker.SnapshotTaken taken) {
            onSnapshot(worker, taken);
        } else if (message instanceof FromWorker.SnapshotDeclined declined) {
            reach(Sometimes.SNAPSHOT_DECLINED);
            if (declined.reason().contains("channel log")) {
                reach(Sometimes.LOG_BEGAN_ANEW);
            }
        } else if (message instanceof FromWorker.Progress progress) {
            for (final TaskCounters task : progress.tasks()) {
                final var pressed = task.counters().get(TaskReport.Counters.BACK_PRESSURED_NS);
                if (pressed != null && pressed > 0) {
                    reach(Sometimes.TASK_BACK_PRESSURED);
                }
            }
        }
    }

    private void onTask(final String worker, final TaskId task, final TaskState state) {
        if (!task.equals(deployed.get(subtaskOf(task)))) {
            return; // an older attempt
        }
        if (state == TaskState.RUNNING) {
            if (restoring.getOrDefault(worker, new HashSet<>()).remove(task)) {
                onMoment.accept(Moment.RESTORED_TASK_RUNS);
            }
        } else if (state == TaskState.DRAINED) {
            drained.add(subtaskOf(task));
            onMoment.accept(Moment.TASK_DRAINED);
            if (drained.size() < deployed.size()) {
                reach(Sometimes.SOME_TASKS_DRAINED_OTHERS_NOT);
            }
        } else if (state == TaskState.FINISHED) {
            finished.add(subtaskOf(task));
            onMoment.accept(Moment.TASK_FINISHED);
        }
    }

    private void onSnapshot(final String worker, final FromWorker.SnapshotTaken snapshot) {
        final long checkpoint = snapshot.checkpoint();
        answered.add(worker + " " + checkpoint);
        if (scenario.logsBeside()) {
            snapshots
                    .computeIfAbsent(checkpoint, c -> new HashMap<>())
                    .put(snapshot.task(), snapshot.snapshot());
        }
        taken.computeIfAbsent(checkpoint, c -> new HashSet<>()).add(subtaskOf(snapshot.task()));
        if (givenUp.contains(checkpoint)) {
            reach(Sometimes.SNAPSHOT_CAME_AFTER_ITS_CHECKPOINT_WAS_GIVEN_UP);
        }
        onMoment.accept(Moment.SNAPSHOT_TAKEN);
        if (isWhole(checkpoint)) {
            onMoment.accept(Moment.SNAPSHOT_OF_LAST_TASK);
        }
        onCaptured(checkpoint, snapshot.snapshot());
    }

    private void onCaptured(final long checkpoint, final TaskSnapshot snapshot) {
        final long bytes = snapshot.channelBytes();
        if (bytes > 0) {
            reach(Sometimes.BYTES_IN_FLIGHT_CAPTURED);
            if (scenario.configuration().containsValue("aligned-for-a-time")) {
                reach(Sometimes.ALIGNED_BARRIER_TURNED_UNALIGNED);
            }
        }
        if (bytes > 3 * SEGMENT_BYTES) {
            reach(Sometimes.MORE_THAN_THREE_SEGMENTS_CAPTURED_BY_A_TASK);
            if (scenario.job().hasRecordsOfThreeSegments()) {
                reach(Sometimes.RECORDS_OF_THREE_SEGMENTS_CAPTURED);
            }
        }
        if (snapshot.restoredBytes() > 0) {
            tookOver.add(checkpoint);
            reach(Sometimes.CHECKPOINT_TOOK_OVER_RESTORED_BYTES);
        }
    }

    /** The job begins, or goes on as another one. */
    void onSubmitted() {
        note("job submitted");
        attempt = 0;
        deployed.clear();
        drained.clear();
        finished.clear();
        restoring.clear();
        zombies.clear();
    }

    @Override
    public void onCoordinator() {
        note("coordinator started");
        snapshots.clear();
        newCoordinator = true;
    }

    @Override
    public void onStarted(final String worker) {
        note(worker + " started");
        if (!registered.add(worker)) {
            reach(Sometimes.WORKER_REPLACED);
        }
    }

    @Override
    public void onKilled(final String worker) {
        note(worker + " killed");
        zombies.remove(worker);
    }

    @Override
    public void onLost(final String worker) {
        note(worker + " lost");
        zombies.add(worker);
        if (triggered > ended && isWhole(triggered)) {
            reach(Sometimes.WORKER_LOST_BEFORE_IT_IS_DECIDED_ABOUT_A_CHECKPOINT);
        }
        if (triggered > ended) {
            reach(Sometimes.WORKER_LOST_WHILE_A_CHECKPOINT_WAS_PENDING);
        }
        final Set<String> told = toldOfCompleted.get(ended);
        if (told != null && !told.contains(worker)) {
            reach(Sometimes.WORKER_LOST_BEFORE_IT_HEARD_OF_A_COMPLETED_CHECKPOINT);
        }
        final Set<TaskId> unfinished = restoring.remove(worker);
        if (unfinished != null && !unfinished.isEmpty()) {
            reach(Sometimes.RESTART_WHILE_RESTORING);
        }
    }
}
