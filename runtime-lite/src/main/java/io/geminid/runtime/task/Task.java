package io.geminid.runtime.task;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobVertex;
import io.geminid.runtime.graph.stream.StreamNode;
import io.geminid.runtime.operator.chain.OperatorChain;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.context.OperatorServices;
import io.geminid.runtime.task.TaskMetrics.Counter;
import io.geminid.runtime.task.checkpoint.OperatorState;
import io.geminid.runtime.task.checkpoint.RestoredChannel;
import io.geminid.runtime.task.checkpoint.RestoredGate;
import io.geminid.runtime.task.checkpoint.TaskCheckpoints;
import io.geminid.runtime.task.checkpoint.TaskSnapshot;
import io.geminid.runtime.task.io.InputProgress;
import io.geminid.runtime.task.io.InputWork;
import io.geminid.runtime.task.io.SourceWork;
import io.geminid.runtime.task.io.TaskOutputs;
import io.geminid.runtime.task.io.Work;
import io.geminid.runtime.task.io.WorkStatus;
import io.geminid.runtime.task.log.LogPosition;
import io.geminid.runtime.task.log.TaskLog;
import io.geminid.runtime.task.mailbox.Mailbox;
import io.geminid.runtime.task.mailbox.TaskTimers;
import io.geminid.runtime.task.storage.JobSnapshots;
import io.geminid.serial.RecordSerializer;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.BegunCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt of one subtask. Does nothing by itself: whoever has it calls {@link #runOneStep} as
 * long as that says so, from one thread, and again after a wake-up or when {@link #nextTimerMillis}
 * has come. Everything in it runs in that thread: operators, timers, mails, state (INV M1).
 *
 * <p>The end goes in steps, each of which waits without blocking: operators finish, end of data
 * goes out and producers are told that all their records were processed; once consumers have
 * processed everything, partitions finish; once they were read to the end, everything is given
 * back.
 */
public final class Task {

    private static final Logger LOG = LoggerFactory.getLogger(Task.class);

    private final TaskPlan plan;
    private final TaskContext context;
    private final TaskShuffle shuffle;
    private final TaskListener listener;
    private final Runnable wake;
    private final Mailbox mailbox;
    private final TaskTimers timers;
    private final TaskLog log; // null if what is in flight is kept when a checkpoint is taken
    private final TaskOutputs outputs;
    private final TaskCheckpoints checkpoints;
    private final OperatorStates states;
    private final JobSnapshots snapshots; // null if the cluster takes none
    private final TaskMetrics metrics = new TaskMetrics();

    // By the task's thread only.
    private final List<InputGate> gates = new ArrayList<>();
    private final List<RestoredGate> restoredGates = new ArrayList<>();
    private final List<StateStore<?>> stores = new ArrayList<>();
    private OperatorChain chain;
    private Work work;
    private Phase phase = Phase.DEPLOY;
    private Counter waitingFor = Counter.IDLE_NS;
    private long lastNs;
    private boolean started;
    private boolean wasFinished;
    private boolean finalCheckpoint;
    private long committed;
    private Throwable endsWith;

    private volatile TaskState state = TaskState.CREATED; // written by the task's thread
    private volatile boolean cancelRequested; // written by any thread, once
    private final Interrupts interrupts = new Interrupts();
    private volatile long completed; // written by whoever tells of checkpoints

    /** What the next step does. */
    private enum Phase {
        DEPLOY,
        AWAIT_START,
        OPEN,
        WORK,
        FINISH_OPERATORS,
        AWAIT_CHECKPOINT,
        AWAIT_PROCESSED,
        AWAIT_CONSUMED,
        AWAIT_WRITER,
        DONE;

        boolean takesCheckpoints() {
            return this == WORK || this == FINISH_OPERATORS || this == AWAIT_CHECKPOINT;
        }
    }

    /**
     * Makes a task that holds nothing yet.
     *
     * @param plan what it does
     * @param context what it may use
     * @param shuffle makes its partitions and gates
     * @param listener told of its states
     * @param wake called by any thread when there may be something to do
     */
    public Task(
            final TaskPlan plan,
            final TaskContext context,
            final TaskShuffle shuffle,
            final TaskListener listener,
            final Runnable wake) {
        this.plan = plan;
        this.context = context;
        this.shuffle = shuffle;
        this.listener = listener;
        this.wake = wake;
        mailbox = new Mailbox(wake);
        timers = new TaskTimers(context.wallClock());
        states = new OperatorStates(plan, metrics);
        snapshots =
                context.checkpoints() == null ? null : context.checkpoints().job(plan.id().jobId());
        log =
                snapshots == null || snapshots.log() == null
                        ? null
                        : new TaskLog(snapshots, plan.restore().checkpoint(), wake);
        outputs = new TaskOutputs(wake, log);
        checkpoints =
                new TaskCheckpoints(
                        new TaskCheckpoints.Context(
                                plan.id().subtask(),
                                snapshots,
                                log,
                                context.io(),
                                timers,
                                this::takeState,
                                new Snapshots(),
                                wake),
                        outputs);
        lastNs = context.nanoClock().getAsLong();
    }

    /** Hands on what becomes of snapshots. Any thread. */
    private final class Snapshots implements TaskCheckpoints.Listener {

        @Override
        public void onSnapshot(final long checkpoint, final TaskSnapshot snapshot) {
            listener.onSnapshot(plan.id(), checkpoint, snapshot);
        }

        @Override
        public void onDeclined(final long checkpoint, final String reason) {
            listener.onDeclined(plan.id(), checkpoint, reason);
        }
    }

    /**
     * @return which
     */
    public TaskId id() {
        return plan.id();
    }

    /**
     * @return for people, with vertex, subtask and attempt
     */
    public String name() {
        return plan.name();
    }

    /**
     * @return where its life stands. Any thread
     */
    public TaskState state() {
        return state;
    }

    /**
     * @return its counters. Any thread
     */
    public TaskMetrics metrics() {
        return metrics;
    }

    /** Lets a deployed task open its operators and run. Any thread. */
    public void start() {
        mailbox.put(() -> started = true);
    }

    /**
     * Tells the task to stop, before its next record. Any thread; idempotent. If it waits for
     * memory in the middle of a record, its thread must be interrupted besides.
     */
    public void cancel() {
        cancelRequested = true;
        mailbox.putPriority(() -> {});
    }

    /**
     * Interrupts the task's thread, if it may wait in the middle of a record: not while it commits
     * or closes, which an interrupt would only break off. Any thread; may be called again and
     * again.
     *
     * @param thread the task's
     */
    public void interrupt(final Thread thread) {
        interrupts.interrupt(thread);
    }

    /**
     * Begins a checkpoint, if the task has no inputs; others wait for barriers. Any thread.
     *
     * @param barrier what goes out
     */
    public void triggerCheckpoint(final CheckpointBarrier barrier) {
        mailbox.putPriority(
                () -> {
                    if (phase.takesCheckpoints() && gates.isEmpty()) {
                        checkpoints.trigger(barrier);
                    } else if (gates.isEmpty()) {
                        listener.onDeclined(plan.id(), barrier.checkpoint(), "task is " + state);
                    }
                });
    }

    /**
     * A checkpoint can be restored. Any thread.
     *
     * @param checkpoint its number
     * @param isFinal whether all tasks had processed all input when it was taken: this one may end
     */
    public void completeCheckpoint(final long checkpoint, final boolean isFinal) {
        completed = checkpoint; // rises: one thread tells of all
        mailbox.put(
                () -> {
                    if (phase.takesCheckpoints()) {
                        commit();
                        finalCheckpoint |= isFinal;
                    }
                });
    }

    /**
     * What is before these positions in the log of what was sent is not needed any more. Any
     * thread.
     *
     * @param consumed positions of channels, also of other tasks'
     */
    public void truncateLog(final List<LogPosition> consumed) {
        if (log != null) {
            log.truncate(consumed);
        }
    }

    private void commit() throws Exception {
        if (committed < completed) {
            committed = completed;
            chain.onCheckpointComplete(committed);
        }
    }

    /**
     * A checkpoint was given up. Any thread.
     *
     * @param checkpoint its number
     */
    public void abortCheckpoint(final long checkpoint) {
        mailbox.putPriority(() -> checkpoints.abort(checkpoint));
    }

    /**
     * @return true once it holds nothing and will do nothing
     */
    public boolean isDone() {
        return phase == Phase.DONE;
    }

    /**
     * When there will be something to do even without a wake-up. The task's thread.
     *
     * @return milliseconds of the wall clock, or {@link TaskTimers#NEVER}
     */
    public long nextTimerMillis() {
        return timers.nextMillis();
    }

    /**
     * Does what there is to do now: mails, timers, and a batch of records. Never throws; a failure
     * ends the task.
     *
     * @return true if it should be called again at once; false if it waits, or is done
     */
    public boolean runOneStep() {
        if (phase == Phase.DONE) {
            return false;
        }
        count(waitingFor);
        boolean again;
        try {
            again = step();
        } catch (final Exception | Error e) {
            end(cancelRequested ? null : e);
            again = false;
        }
        count(Counter.BUSY_NS);
        return again;
    }

    private boolean step() throws Exception {
        if (phase == Phase.AWAIT_WRITER) {
            end(endsWith);
            return false;
        }
        if (cancelRequested) {
            interrupts.end();
            if (phase.takesCheckpoints()) {
                commit(); // what is complete shows, even if nothing else of this attempt will
            }
            end(null);
            return false;
        }
        final boolean anyMail = mailbox.runMails();
        final boolean anyTimer = timers.runDue();
        checkpoints.poll();
        final boolean again = stepOfPhase();
        if (!again) {
            outputs.flush();
        }
        return again || anyMail || anyTimer;
    }

    /** True if the next step should follow at once. */
    private boolean stepOfPhase() throws Exception {
        return switch (phase) {
            case DEPLOY -> {
                deploy();
                become(TaskState.DEPLOYING, null);
                yield next(Phase.AWAIT_START, true);
            }
            case AWAIT_START -> next(Phase.OPEN, started);
            case OPEN -> {
                become(TaskState.INITIALIZING, null);
                chain.open();
                restoreProgress();
                gates.forEach(InputGate::requestPartitions);
                become(TaskState.RUNNING, null);
                yield next(Phase.WORK, true);
            }
            case WORK -> work();
            case FINISH_OPERATORS -> {
                if (!wasFinished) {
                    chain.finish();
                    wasFinished = true;
                }
                outputs.notifyEndOfData();
                work.acknowledgeAllRecordsProcessed();
                if (snapshots != null) {
                    become(TaskState.DRAINED, null);
                }
                yield next(Phase.AWAIT_CHECKPOINT, true);
            }
            case AWAIT_CHECKPOINT -> {
                work.isFinished(); // reads barriers
                yield next(Phase.AWAIT_PROCESSED, finalCheckpoint || snapshots == null);
            }
            case AWAIT_PROCESSED -> {
                final boolean processed = outputs.isAllRecordsProcessed();
                if (processed) {
                    outputs.finish();
                }
                yield next(Phase.AWAIT_CONSUMED, processed);
            }
            case AWAIT_CONSUMED -> {
                if (work.isFinished() && outputs.isConsumed()) {
                    end(null);
                }
                yield false;
            }
            case AWAIT_WRITER, DONE -> false;
        };
    }

    private void restoreProgress() {
        final InputProgress progress = states.progress();
        if (progress != null) {
            wasFinished = progress.finished();
            if (work instanceof InputWork input) {
                input.restore(progress);
            }
        }
    }

    private List<OperatorState> takeState(final BegunCheckpoint checkpoint) throws Exception {
        return states.take(checkpoint, chain, work.progress(wasFinished));
    }

    private boolean next(final Phase to, final boolean ready) {
        if (ready) {
            phase = to;
        } else {
            waitingFor = Counter.IDLE_NS;
        }
        return ready;
    }

    private boolean work() throws Exception {
        final WorkStatus status = work.turn();
        if (status == WorkStatus.END) {
            return next(Phase.FINISH_OPERATORS, true);
        }
        waitingFor = status == WorkStatus.NO_OUTPUT ? Counter.BACK_PRESSURED_NS : Counter.IDLE_NS;
        return status == WorkStatus.MORE;
    }

    private void deploy() {
        final JobVertex vertex = plan.vertex();
        for (final JobEdge edge : vertex.outputs()) {
            outputs.add(plan.place(edge), shuffle.createPartition(edge));
        }
        for (final JobEdge edge : vertex.inputs()) {
            gates.add(createGate(edge));
        }
        chain = new OperatorChain(vertex, this::contextOf, outputs::of);
        work =
                vertex.inputs().isEmpty()
                        ? new SourceWork(
                                mailbox,
                                outputs,
                                chain.source(),
                                metrics.operator(vertex.head().name()),
                                wake)
                        : new InputWork(
                                mailbox,
                                outputs,
                                chain,
                                new InputWork.Gates(
                                        vertex.inputs().stream().map(plan::place).toList(),
                                        gates,
                                        checkpoints,
                                        context.recordBytesMax()),
                                wake);
    }

    private InputGate createGate(final JobEdge edge) {
        final InputGate gate = shuffle.createGate(edge);
        final List<RestoredChannel> restored =
                plan.restore().channels().stream()
                        .filter(channel -> channel.id().edge() == edge.id())
                        .toList();
        if (restored.isEmpty()) {
            return gate;
        }
        final RestoredGate wrapped = RestoredGate.checked(gate, snapshots.storage(), restored);
        restoredGates.add(wrapped);
        return wrapped;
    }

    private OperatorContext contextOf(final StreamNode node) {
        final OperatorServices services =
                new OperatorServices(
                        timers,
                        new SplittableRandom(plan.seedOf(node)),
                        mailbox,
                        context.io(),
                        context.files(),
                        snapshots != null);
        final RecordSerializer<?> keys = node.spec().keySerializer();
        return new OperatorContext(
                plan.infoOf(node),
                services,
                metrics.operator(node.name()),
                keys == null ? null : createStore(node, keys),
                plan.restored(TaskPlan.operatorId(node)));
    }

    private <K> StateStore<K> createStore(final StreamNode node, final RecordSerializer<K> keys) {
        final int maxParallelism = node.settings().maxParallelism();
        final StateStore<K> store =
                context.stateStores()
                        .create(
                                new StateStoreContext<>(
                                        plan.name() + " " + node.name(),
                                        keys,
                                        KeyGroupRange.of(
                                                maxParallelism,
                                                node.parallelism(),
                                                plan.id().subtask()),
                                        maxParallelism,
                                        context.wallClock()));
        stores.add(store);
        states.add(node, store, snapshots);
        return store;
    }

    /** Gives everything back, whatever goes wrong, and takes the last state. */
    private void end(final Throwable failure) {
        if (checkpoints.isWriting() || !checkpoints.isLogClosed()) {
            // Another thread reads the stores: it is nearly done, and what it writes may count.
            // Or it reads segments.
            phase = Phase.AWAIT_WRITER;
            endsWith = failure;
            return;
        }
        interrupts.end();
        if (cancelRequested) {
            become(TaskState.CANCELING, null);
        }
        final Throwable cause = failure == null ? closeAll(null) : failure;
        if (failure != null) {
            outputs.fail(failure);
            closeAll(failure);
        }
        phase = Phase.DONE;
        countRecords();
        if (cause != null) {
            LOG.info("task={} failed", name(), cause); // whoever listens tells the user
            become(TaskState.FAILED, cause);
        } else {
            become(cancelRequested ? TaskState.CANCELED : TaskState.FINISHED, null);
        }
    }

    /** Closes all; returns the first failure, or adds them to the one that is there. */
    private Throwable closeAll(final Throwable before) {
        Throwable failure = attempt(before, checkpoints::close);
        failure = attempt(failure, chain == null ? () -> {} : chain::close);
        for (final StateStore<?> store : stores) {
            failure = attempt(failure, store::close);
        }
        failure = attempt(failure, work == null ? () -> {} : work::close);
        for (final InputGate gate : gates) {
            failure = attempt(failure, gate::close);
        }
        return attempt(failure, outputs::close);
    }

    private static Throwable attempt(final Throwable before, final Mailbox.Mail closing) {
        try {
            closing.run();
            return before;
        } catch (final Exception | Error e) {
            if (before == null) {
                return e;
            }
            if (before != e) {
                before.addSuppressed(e);
            }
            return before;
        }
    }

    private void become(final TaskState to, final Throwable failure) {
        if (!state.canBecome(to)) {
            throw new IllegalStateException("task=" + name() + " state=" + state + " to=" + to);
        }
        LOG.debug("task={} state={} to={}", name(), state, to);
        state = to;
        listener.onState(plan.id(), to, failure);
    }

    /** Books the time since the last call. */
    private void count(final Counter counter) {
        final long nowNs = context.nanoClock().getAsLong();
        metrics.add(counter, nowNs - lastNs);
        lastNs = nowNs;
        if (counter == Counter.BUSY_NS) {
            countRecords();
        }
    }

    private void countRecords() {
        metrics.set(Counter.RECORDS_OUT, outputs.recordsOut());
        metrics.set(Counter.BYTES_OUT, outputs.bytesOut());
        metrics.set(Counter.CHANNEL_BYTES_KEPT, checkpoints.bytesKept());
        long givenBack = 0;
        for (int i = 0; i < restoredGates.size(); i++) {
            givenBack += restoredGates.get(i).bytesTaken();
        }
        metrics.set(Counter.CHANNEL_BYTES_GIVEN_BACK, givenBack);
        if (work != null) {
            metrics.set(Counter.RECORDS_IN, work.recordsIn());
            metrics.set(Counter.BYTES_IN, work.bytesIn());
        }
    }
}
