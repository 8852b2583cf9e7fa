package io.geminid.runtime.cluster.checkpoint;

import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.checkpoint.TaskSnapshot;
import io.geminid.runtime.task.log.LogPosition;
import io.geminid.runtime.task.storage.ChannelPersister;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CorruptStateException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one job: begins them, gathers the answers of tasks, completes them durably,
 * and only then tells tasks. One at a time (INV U13). What is under way when tasks stop is given up
 * (INV R7).
 *
 * <p>The coordinator's loop only; what blocks on files runs elsewhere and comes back to the loop.
 */
public final class CheckpointCoordinator {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointCoordinator.class);

    /** What a job cannot go on without is tried again soon: its first look, its last checkpoint. */
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

    /** A storage that is gone for so many looks is gone: the user should know. */
    private static final int OPEN_TRIES_MAX = 10;

    private final EventLoop loop;
    private final CheckpointStore store;
    private final CheckpointSettings settings;
    private final Tasks tasks;
    private final String job;
    private final CheckpointBook book;
    private final RestoredAccount restored;
    private final Deque<CheckpointRequest> requests = new ArrayDeque<>();
    private PendingCheckpoint pending;
    private PendingCheckpoint completing;
    private CheckpointTotals totals = CheckpointTotals.NONE;
    private boolean running;
    private boolean beginning;
    private boolean drained;
    private boolean finalDone;

    /**
     * Logs of tasks that are no more may be there, until a checkpoint says that nobody needs them.
     */
    private boolean leavesLogs;

    private long round;
    private long lastEndNs;

    /** The tasks of the job, as checkpoints need them. Called on the loop. */
    public interface Tasks {

        /**
         * @return all tasks that run
         */
        Collection<TaskId> ids();

        /**
         * Has sources begin.
         *
         * @param barrier what they send
         * @param rewrite files that are mostly dead
         */
        void trigger(CheckpointBarrier barrier, Set<UUID> rewrite);

        /**
         * Tells all tasks.
         *
         * @param checkpoint can be restored
         * @param isFinal whether tasks may end now
         * @param consumed before these positions no log is needed
         */
        void completed(long checkpoint, boolean isFinal, List<LogPosition> consumed);

        /**
         * Tells all tasks.
         *
         * @param checkpoint was given up
         */
        void aborted(long checkpoint);
    }

    /**
     * Makes the coordinator of a job.
     *
     * @param loop where it runs
     * @param store where checkpoints go
     * @param jobId the job
     * @param tasks the job's
     */
    public CheckpointCoordinator(
            final EventLoop loop,
            final CheckpointStore store,
            final long jobId,
            final Tasks tasks) {
        this.loop = loop;
        this.store = store;
        this.settings = store.settings();
        this.tasks = tasks;
        job = Long.toHexString(jobId);
        book = new CheckpointBook(store, new UUID(0, jobId));
        restored = new RestoredAccount(settings.retained());
        lastEndNs = loop.nanoTime();
    }

    /**
     * Reads what the storage has of the job, and what it is to begin with. Before anything else.
     *
     * @param then told of the failure, or {@code null}
     */
    public void open(final Consumer<Exception> then) {
        open(OPEN_TRIES_MAX, then);
    }

    private void open(final int triesLeft, final Consumer<Exception> then) {
        offLoop(
                () -> {
                    book.open();
                    return null;
                },
                (nothing, failure) -> {
                    final boolean mayPass =
                            failure instanceof IOException
                                    && !(failure instanceof CorruptStateException);
                    if (mayPass && triesLeft > 1) {
                        LOG.warn("job={} cannot read its checkpoints, tries again", job, failure);
                        loop.schedule(RETRY_NS, () -> open(triesLeft - 1, then));
                    } else {
                        then.accept(failure);
                    }
                });
    }

    /**
     * What checkpoints are called, and which can be restored.
     *
     * @return to be asked after {@link #open}
     */
    public CheckpointBook book() {
        return book;
    }

    /**
     * Whether what was in flight is given back.
     *
     * @return to be told what tasks begin with
     */
    public RestoredAccount restored() {
        return restored;
    }

    /** Every task runs: checkpoints may be taken. */
    public void onRunning() {
        running = true;
        drained = false;
        finalDone = false;
        scheduleNext(++round);
        beginIfWanted();
    }

    /** Every task has processed all input: one more checkpoint, and they may end (INV T4). */
    public void onDrained() {
        drained = true;
        beginIfIdle();
    }

    /** Tasks stop: nothing begun before can be completed. */
    public void onStopping() {
        running = false;
        round++;
        giveUp("tasks stop");
        requests.forEach(request -> request.fail("tasks stop"));
        requests.clear();
    }

    /**
     * Asks for a checkpoint at once, or as soon as the one under way has ended.
     *
     * @param request which kind, and who waits for it
     */
    public void request(final CheckpointRequest request) {
        if (running && !finalDone) {
            requests.add(request);
            beginIfWanted();
        } else {
            request.fail("not all tasks run");
        }
    }

    private void scheduleNext(final long mine) {
        loop.schedule(
                settings.interval().toNanos(),
                () -> {
                    if (mine == round) {
                        if (loop.nanoTime() - lastEndNs >= settings.minPause().toNanos()) {
                            beginIfIdle();
                        }
                        scheduleNext(mine);
                    }
                });
    }

    /**
     * Not only when it is time: whoever asked meanwhile was told to wait for what has now ended.
     */
    private void beginIfWanted() {
        if (drained || !requests.isEmpty()) {
            beginIfIdle();
        }
    }

    private void beginIfIdle() {
        if (!running || beginning || pending != null || completing != null || finalDone) {
            return;
        }
        beginning = true;
        final long mine = round;
        offLoop(
                book::begin,
                (begun, failure) -> {
                    beginning = false;
                    if (failure != null) {
                        onFailed("checkpoint not begun", failure);
                    } else if (mine == round) {
                        begin(begun);
                    } else {
                        store.io().execute(() -> book.abort(begun.id()));
                        beginIfWanted();
                    }
                });
    }

    private void begin(final BegunCheckpoint begun) {
        final CheckpointRequest request = requests.poll();
        pending =
                new PendingCheckpoint(
                        begun.id(),
                        TimeUnit.NANOSECONDS.toMillis(loop.nanoTime()),
                        drained,
                        request,
                        tasks.ids());
        final boolean keepsInFlight = request == null || request.mayKeepInFlight();
        tasks.trigger(settings.barrier(begun, keepsInFlight), begun.rewrite());
        loop.schedule(settings.timeout().toNanos(), () -> onTimeout(begun.id()));
    }

    private void onTimeout(final CheckpointId id) {
        if (pending != null && pending.id().equals(id)) {
            LOG.warn("job={} {} timeoutMillis={}", job, pending, settings.timeout().toMillis());
            totals = totals.plusTimedOut();
            giveUp("timeout");
        }
    }

    private void giveUp(final String reason) {
        if (pending == null) {
            return;
        }
        final PendingCheckpoint given = pending;
        pending = null;
        final CheckpointId id = given.id();
        LOG.info("job={} checkpoint={} given up: {}", job, id.checkpoint(), reason);
        store.io().execute(() -> book.abort(id));
        tasks.aborted(id.checkpoint());
        onFailed(given, reason);
    }

    private void onFailed(final String what, final Exception failure) {
        LOG.warn("job={} {}", job, what, failure);
        onFailed((PendingCheckpoint) null, what + ": " + failure);
    }

    private void onFailed(final PendingCheckpoint failed, final String reason) {
        lastEndNs = loop.nanoTime();
        totals = totals.plusFailed();
        if (failed != null && failed.request() != null) {
            failed.request().fail(reason);
        }
        if (drained && running) {
            final long mine = round;
            final long delayNs = Math.min(RETRY_NS, settings.interval().toNanos());
            loop.schedule(
                    delayNs,
                    () -> {
                        if (mine == round) {
                            beginIfIdle();
                        }
                    });
        } else {
            beginIfWanted();
        }
    }

    /**
     * A task has answered.
     *
     * @param task which attempt
     * @param checkpoint number of the checkpoint
     * @param snapshot what it consists of
     */
    public void onSnapshot(final TaskId task, final long checkpoint, final TaskSnapshot snapshot) {
        // Also of one that is over: its files may be referred to by the next one (INV I3).
        final var refused = book.acknowledged(checkpoint, snapshot.handles().toList());
        if (pending == null || pending.id().checkpoint() != checkpoint) {
            return;
        }
        if (refused.isPresent()) {
            giveUp("task=" + task + " refers to file=" + refused.get().name());
        } else if (pending.add(task, snapshot)) {
            restored.add(task, snapshot);
            if (pending.isWhole()) {
                cutAndComplete();
            }
        }
    }

    /**
     * A task will not answer.
     *
     * @param task which attempt
     * @param checkpoint number of the checkpoint
     * @param reason why
     */
    public void onDeclined(final TaskId task, final long checkpoint, final String reason) {
        if (pending != null && pending.id().checkpoint() == checkpoint) {
            giveUp("task=" + task + " " + reason);
        }
    }

    private void cutAndComplete() {
        String hole = null;
        if (settings.persister() == ChannelPersister.CONTINUOUS) {
            hole = pending.cut();
        } else {
            pending.dropLogs();
        }
        if (hole == null) {
            complete();
        } else {
            giveUp(hole);
        }
    }

    private void complete() {
        final PendingCheckpoint whole = pending;
        pending = null;
        completing = whole;
        offLoop(
                () -> book.complete(whole),
                (kept, failure) -> {
                    completing = null;
                    if (failure != null) {
                        onNotCompleted(whole, failure);
                    } else {
                        onCompleted(whole, kept);
                    }
                });
    }

    private void onNotCompleted(final PendingCheckpoint whole, final Exception failure) {
        if (running) {
            tasks.aborted(whole.id().checkpoint());
        }
        LOG.warn("job={} {} not completed", job, whole, failure);
        onFailed(whole, "not completed: " + failure);
    }

    private void onCompleted(final PendingCheckpoint whole, final CheckpointId kept) {
        lastEndNs = loop.nanoTime();
        restored.completed(whole);
        totals = totals.plusCompleted(whole, restored);
        finalDone = whole.isFinal();
        if (running) {
            tasks.completed(whole.id().checkpoint(), whole.isFinal(), whole.consumed());
        }
        if (whole.request() != null) {
            whole.request().complete(kept);
        }
        if (leavesLogs) {
            leavesLogs = false;
            sweep();
        }
        beginIfWanted();
    }

    private void sweep() {
        offLoop(
                () -> {
                    book.sweep();
                    return null;
                },
                (nothing, failure) -> {
                    if (failure != null) {
                        leavesLogs = true;
                        LOG.info("job={} is swept later: {}", job, failure.toString());
                    }
                });
    }

    /**
     * Whether it is not yet known if a checkpoint is complete: nothing can be restored now.
     *
     * @return true for a moment
     */
    public boolean isCompleting() {
        return completing != null;
    }

    /**
     * Whether the last checkpoint is complete, and tasks end, or have ended: there will be no other
     * one unless all of them begin again.
     *
     * @return false again when all tasks run again
     */
    public boolean isLastCompleted() {
        return finalDone;
    }

    /** The job was started again. */
    public void onRestarted() {
        totals = totals.plusRestart();
        leavesLogs = settings.persister() == ChannelPersister.CONTINUOUS;
    }

    /**
     * What is to be restored turned out to be damaged: it is given up, and the one before is the
     * latest from now on. Not while a checkpoint is under way.
     *
     * @param checkpoint its number
     * @param then told whether there is another one to begin with
     */
    public void onDamaged(final long checkpoint, final Consumer<Boolean> then) {
        offLoop(
                () -> book.giveUpDamaged(checkpoint),
                (another, failure) -> then.accept(failure == null && another));
    }

    /**
     * Deletes all checkpoints of the job, which has ended well.
     *
     * @param then called when they are gone, or could not be deleted
     */
    public void discard(final Runnable then) {
        offLoop(
                () -> {
                    book.discard();
                    return null;
                },
                (nothing, failure) -> {
                    if (failure != null) {
                        LOG.warn("job={} leaves checkpoints", job, failure);
                    }
                    then.run();
                });
    }

    /**
     * @return what became of checkpoints so far
     */
    public CheckpointTotals totals() {
        return totals;
    }

    /** Something that blocks on files. */
    @FunctionalInterface
    private interface Blocking<T> {
        T run() throws IOException;
    }

    private <T> void offLoop(final Blocking<T> action, final BiConsumer<T, Exception> then) {
        store.io()
                .execute(
                        () -> {
                            T result = null;
                            Exception failure = null;
                            try {
                                result = action.run();
                            } catch (final IOException | RuntimeException e) {
                                failure = e;
                            }
                            final T value = result;
                            final Exception thrown = failure;
                            loop.execute(() -> then.accept(value, thrown));
                        });
    }
}
