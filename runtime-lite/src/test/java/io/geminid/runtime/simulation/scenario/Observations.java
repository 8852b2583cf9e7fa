package io.geminid.runtime.simulation.scenario;

import io.geminid.runtime.cluster.job.TaskReport;
import io.geminid.runtime.cluster.message.ControlMessage;
import io.geminid.runtime.cluster.message.FromCoordinator;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.cluster.message.TaskCounters;
import io.geminid.runtime.simulation.SimulatedCluster;
import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.TaskRestore;
import io.geminid.runtime.task.TaskState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

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
    private Runnable onMessage = () -> {};
    private long triggered;
    private long ended;
    private int attempt;
    private int faults;

    Observations(final Scenario scenario) {
        this.scenario = scenario;
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

    /** Says whom to tell of every control message but signs of life. */
    void onMessage(final Runnable listener) {
        onMessage = listener;
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
            onMessage.run();
        }
        if (message instanceof FromCoordinator.DeployTask deploy) {
            onDeploy(worker, deploy.deployment().task(), deploy.deployment().restore());
        } else if (message instanceof FromCoordinator.TriggerCheckpoint trigger) {
            triggered = Math.max(triggered, trigger.barrier().checkpoint());
        } else if (message instanceof FromCoordinator.CheckpointCompleted completed) {
            ended = Math.max(ended, completed.checkpoint());
            reach(Sometimes.CHECKPOINT_COMPLETED);
            toldOfCompleted
                    .computeIfAbsent(completed.checkpoint(), c -> new HashSet<>())
                    .add(worker);
            if (completed.isFinal()) {
                reach(Sometimes.CHECKPOINT_WITH_ALL_INPUT_PROCESSED);
            }
        } else if (message instanceof FromCoordinator.CheckpointAborted aborted) {
            ended = Math.max(ended, aborted.checkpoint());
            givenUp.add(aborted.checkpoint());
            reach(Sometimes.CHECKPOINT_GIVEN_UP);
            if (answered.contains(worker + " " + aborted.checkpoint())) {
                reach(Sometimes.ABORT_REACHED_A_TASK_AFTER_ITS_SNAPSHOT);
            }
        }
    }

    private void onDeploy(final String worker, final TaskId task, final TaskRestore restore) {
        if (!zombies.isEmpty()) {
            reach(Sometimes.OLD_ATTEMPT_STILL_RUNS);
        }
        attempt = Math.max(attempt, task.attempt());
        if (restore.checkpoint() > 0) {
            reach(Sometimes.RESTART_WITH_A_CHECKPOINT);
            restoring.computeIfAbsent(worker, w -> new HashSet<>()).add(task);
        } else if (attempt > 0) {
            reach(Sometimes.RESTART_WITHOUT_A_CHECKPOINT);
        }
        if (restore.channels().stream().anyMatch(channel -> !channel.slices().isEmpty())) {
            reach(Sometimes.TASK_GIVEN_BYTES_IN_FLIGHT);
        }
        if (attempt >= 4) {
            reach(Sometimes.FIFTH_ATTEMPT);
        }
    }

    private void onWorkerSaid(final String worker, final FromWorker message) {
        if (!(message instanceof FromWorker.Alive || message instanceof FromWorker.Progress)) {
            note(worker + " -> " + message);
            onMessage.run();
        }
        if (message instanceof FromWorker.TaskChanged changed) {
            onTask(worker, changed.task(), changed.state());
        } else if (message instanceof FromWorker.SnapshotTaken taken) {
            onSnapshot(worker, taken);
        } else if (message instanceof FromWorker.SnapshotDeclined) {
            reach(Sometimes.SNAPSHOT_DECLINED);
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
        if (state == TaskState.RUNNING) {
            restoring.getOrDefault(worker, new HashSet<>()).remove(task);
        }
    }

    private void onSnapshot(final String worker, final FromWorker.SnapshotTaken taken) {
        answered.add(worker + " " + taken.checkpoint());
        if (givenUp.contains(taken.checkpoint())) {
            reach(Sometimes.SNAPSHOT_CAME_AFTER_ITS_CHECKPOINT_WAS_GIVEN_UP);
        }
        final long bytes = taken.snapshot().channelBytes();
        if (bytes > 0) {
            reach(Sometimes.BYTES_IN_FLIGHT_CAPTURED);
            if (scenario.configuration().containsValue("aligned-for-a-time")) {
                reach(Sometimes.ALIGNED_BARRIER_TURNED_UNALIGNED);
            }
        }
        if (bytes > 3 * SEGMENT_BYTES) {
            reach(Sometimes.MORE_THAN_THREE_SEGMENTS_CAPTURED_BY_A_TASK);
        }
        if (taken.snapshot().restoredBytes() > 0) {
            reach(Sometimes.CHECKPOINT_TOOK_OVER_RESTORED_BYTES);
        }
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
