package io.geminid.runtime.task;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobVertex;
import io.geminid.runtime.graph.stream.StreamNode;
import io.geminid.runtime.operator.chain.OperatorChain;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.context.OperatorServices;
import io.geminid.runtime.task.TaskMetrics.Counter;
import io.geminid.runtime.task.io.InputWork;
import io.geminid.runtime.task.io.SourceWork;
import io.geminid.runtime.task.io.TaskOutputs;
import io.geminid.runtime.task.io.Work;
import io.geminid.runtime.task.io.WorkStatus;
import io.geminid.runtime.task.mailbox.Mailbox;
import io.geminid.runtime.task.mailbox.TaskTimers;
import io.geminid.serial.RecordSerializer;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
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
    private final TaskOutputs outputs;
    private final TaskMetrics metrics = new TaskMetrics();

    // By the task's thread only.
    private final List<InputGate> gates = new ArrayList<>();
    private final List<StateStore<?>> stores = new ArrayList<>();
    private OperatorChain chain;
    private Work work;
    private Phase phase = Phase.DEPLOY;
    private Counter waitingFor = Counter.IDLE_NS;
    private long lastNs;
    private boolean started;

    private volatile TaskState state = TaskState.CREATED; // written by the task's thread
    private volatile boolean cancelRequested; // written by any thread, once

    /** What the next step does. */
    private enum Phase {
        DEPLOY,
        AWAIT_START,
        OPEN,
        WORK,
        FINISH_OPERATORS,
        AWAIT_PROCESSED,
        AWAIT_CONSUMED,
        DONE
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
        outputs = new TaskOutputs(wake);
        lastNs = context.nanoClock().getAsLong();
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
        if (cancelRequested) {
            end(null);
            return false;
        }
        final boolean anyMail = mailbox.runMails();
        final boolean anyTimer = timers.runDue();
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
                gates.forEach(InputGate::requestPartitions);
                become(TaskState.RUNNING, null);
                yield next(Phase.WORK, true);
            }
            case WORK -> work();
            case FINISH_OPERATORS -> {
                chain.finish();
                outputs.notifyEndOfData();
                work.acknowledgeAllRecordsProcessed();
                yield next(Phase.AWAIT_PROCESSED, true);
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
            case DONE -> false;
        };
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
            outputs.add(
                    edge,
                    shuffle.createPartition(edge),
                    plan.id().subtask(),
                    plan.maxParallelismBehind(edge));
        }
        for (final JobEdge edge : vertex.inputs()) {
            gates.add(shuffle.createGate(edge));
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
                                        vertex.inputs(), gates, context.recordBytesMax()),
                                wake);
    }

    private OperatorContext contextOf(final StreamNode node) {
        final OperatorServices services =
                new OperatorServices(
                        timers,
                        new SplittableRandom(plan.seedOf(node)),
                        mailbox,
                        context.io(),
                        context.files());
        final RecordSerializer<?> keys = node.spec().keySerializer();
        return new OperatorContext(
                plan.infoOf(node),
                services,
                metrics.operator(node.name()),
                keys == null ? null : createStore(node, keys));
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
        return store;
    }

    /** Gives everything back, whatever goes wrong, and takes the last state. */
    private void end(final Throwable failure) {
        Thread.interrupted(); // whoever cancels may have interrupted; closing must not see it
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
        Throwable failure = before;
        failure = attempt(failure, () -> closeChain());
        for (final StateStore<?> store : stores) {
            failure = attempt(failure, store::close);
        }
        if (work != null) {
            failure = attempt(failure, work::close);
        }
        for (final InputGate gate : gates) {
            failure = attempt(failure, gate::close);
        }
        return attempt(failure, outputs::close);
    }

    private void closeChain() throws Exception {
        if (chain != null) {
            chain.close();
        }
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
        if (work != null) {
            metrics.set(Counter.RECORDS_IN, work.recordsIn());
            metrics.set(Counter.BYTES_IN, work.bytesIn());
        }
    }
}
