package io.geminid.runtime.cluster.checkpoint;

import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.checkpoint.TaskSnapshot;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.registry.JobCheckpoints;
import io.geminid.state.checkpoint.registry.JobCheckpointsContext;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
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

    private final EventLoop loop;
    private final CheckpointStore store;
    private final CheckpointSettings settings;
    private final Tasks tasks;
    private final UUID job;
    private JobCheckpoints book;
    private PendingCheckpoint pending;
    private PendingCheckpoint completing;
    private CheckpointTotals totals = CheckpointTotals.NONE;
    private boolean running;
    private boolean drained;
    private boolean finalDone;
    private long round;
    private long lastEndNs;
    private long timedOut;

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
         */
        void trigger(CheckpointBarrier barrier);

        /**
         * Tells all tasks.
         *
         * @param checkpoint can be restored
         * @param isFinal whether tasks may end now
         */
        void completed(long checkpoint, boolean isFinal);

        /**
         * Tells all tasks.
         *
         * @param checkpoint was given up
         */
        void aborted(long checkpoint);
    }

    /**
     * Makes the coordinator of a job that has no checkpoints yet.
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
        job = new UUID(0, jobId);
        lastEndNs = loop.nanoTime();
    }

    /** Every task runs: checkpoints may be taken. */
    public void onRunning() {
        running = true;
        drained = false;
        finalDone = false;
        final long mine = ++round;
        offLoop(
                () -> {
                    if (book == null) {
                        book =
                                JobCheckpoints.open(
                                        new JobCheckpointsContext(
                                                store.blobs(),
                                                store.fileIds(),
                                                store.io(),
                                                job,
                                                0,
                                                settings.retained()));
                    }
                },
                failure -> {
                    if (failure != null) {
                        LOG.error("job={} takes no checkpoints", job, failure);
                    } else {
                        scheduleNext(mine, settings.interval().toNanos());
                    }
                });
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
    }

    private void scheduleNext(final long mine, final long delayNs) {
        loop.schedule(
                delayNs,
                () -> {
                    if (mine == round) {
                        if (loop.nanoTime() - lastEndNs >= settings.minPause().toNanos()) {
                            beginIfIdle();
                        }
                        scheduleNext(mine, settings.interval().toNanos());
                    }
                });
    }

    private void beginIfIdle() {
        if (!running || book == null || pending != null || completing != null || finalDone) {
            return;
        }
        final long mine = round;
        offLoop(
                () -> book.begin().id(),
                (id, failure) -> {
                    if (failure != null) {
                        LOG.warn("job={} checkpoint not begun", job, failure);
                    } else if (mine == round && pending == null) {
                        begin(id);
                    } else {
                        store.io().execute(() -> book.abort(id));
                    }
                });
    }

    private void begin(final CheckpointId id) {
        pending =
                new PendingCheckpoint(
                        id, TimeUnit.NANOSECONDS.toMillis(loop.nanoTime()), drained, tasks.ids());
        tasks.trigger(settings.barrier(id.checkpoint()));
        loop.schedule(settings.timeout().toNanos(), () -> onTimeout(id));
    }

    private void onTimeout(final CheckpointId id) {
        if (pending != null && pending.id().equals(id)) {
            LOG.warn("job={} {} timeoutMillis={}", job, pending, settings.timeout().toMillis());
            timedOut++;
            giveUp("timeout");
        }
    }

    private void giveUp(final String reason) {
        if (pending == null) {
            return;
        }
        lastEndNs = loop.nanoTime();
        final CheckpointId id = pending.id();
        LOG.info("job={} checkpoint={} given up: {}", job, id.checkpoint(), reason);
        pending = null;
        add(0, 1, 0, 0);
        store.io().execute(() -> book.abort(id));
        tasks.aborted(id.checkpoint());
        if (drained && running) {
            beginIfIdle();
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
        if (book == null) {
            return;
        }
        // Also of one that is over: its files may be referred to by the next one (INV I3).
        final var refused =
                book.acknowledged(
                        new CheckpointId(job, checkpoint, 0), snapshot.handles().toList());
        if (pending == null || pending.id().checkpoint() != checkpoint) {
            return;
        }
        if (refused.isPresent()) {
            giveUp("task=" + task + " refers to file=" + refused.get().name());
        } else if (pending.add(task, snapshot) && pending.isWhole()) {
            complete();
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

    private void complete() {
        final PendingCheckpoint whole = pending;
        pending = null;
        completing = whole;
        offLoop(
                () -> book.complete(whole.manifest()),
                failure -> {
                    completing = null;
                    lastEndNs = loop.nanoTime();
                    if (failure != null) {
                        LOG.warn("job={} {} not completed", job, whole, failure);
                        add(0, 1, 0, 0);
                        if (running) {
                            tasks.aborted(whole.id().checkpoint());
                        }
                    } else {
                        add(1, 0, whole.channelBytes(), whole.restoredBytes());
                        finalDone = whole.isFinal();
                        if (running) {
                            tasks.completed(whole.id().checkpoint(), whole.isFinal());
                        }
                    }
                    if (drained) {
                        beginIfIdle();
                    }
                });
    }

    /**
     * What a job begins again with. Not while a checkpoint is being completed.
     *
     * @return empty if there is no checkpoint
     */
    public Optional<CheckpointManifest> latest() {
        return book == null ? Optional.empty() : book.latest();
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
     * The job was started again.
     *
     * @param givenBack bytes in flight that tasks were given
     */
    public void onRestarted(final long givenBack) {
        totals =
                new CheckpointTotals(
                        totals.completed(),
                        totals.failed(),
                        timedOut,
                        totals.channelBytes(),
                        totals.restoredBytes(),
                        totals.restarts() + 1,
                        totals.givenBack() + givenBack);
    }

    /**
     * @return what became of checkpoints so far
     */
    public CheckpointTotals totals() {
        return totals;
    }

    private void add(
            final long completed,
            final long failed,
            final long channelBytes,
            final long restoredBytes) {
        totals =
                new CheckpointTotals(
                        totals.completed() + completed,
                        totals.failed() + failed,
                        timedOut,
                        totals.channelBytes() + channelBytes,
                        totals.restoredBytes() + restoredBytes,
                        totals.restarts(),
                        totals.givenBack());
    }

    /** Something that blocks on files. */
    @FunctionalInterface
    private interface Blocking<T> {
        T run() throws IOException;
    }

    /** Something that blocks on files. */
    @FunctionalInterface
    private interface BlockingAction {
        void run() throws IOException;
    }

    private void offLoop(final BlockingAction action, final Consumer<Exception> then) {
        offLoop(
                () -> {
                    action.run();
                    return null;
                },
                (nothing, failure) -> then.accept(failure));
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
