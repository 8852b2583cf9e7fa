package io.geminid.shuffle.partition;

import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.buffer.QueuedElement;
import io.geminid.shuffle.buffer.WrittenSegment;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.shuffle.event.EndOfPartition;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * One queue between a writer and a reader: priority events in their order, then segments and events
 * in theirs (INV U2). The last element may be a segment that is still being written.
 *
 * <p>One lock guards the queue, so that whoever must see it whole (an unaligned checkpoint that
 * captures what is queued) can do so in one critical section. The lock is taken once for a segment
 * or event and once for a poll, never for a record. Nothing is called under it: listeners run, and
 * segments go back to their pool, after it was left (INV K7).
 *
 * <h2>How a reader that waits learns of a record</h2>
 *
 * <p>A poll that finds nothing stores {@code IDLE}, executes a full fence, and looks at {@code
 * committed} once more. A writer stores {@code committed} (release) for each record and then looks
 * at the reader's state (opaque), without a fence. So for one record both may miss each other: the
 * writer's store may still sit in its core's store buffer while it reads the old state, and the
 * reader reads the old {@code committed} at the same time. Nothing else can go wrong, and it is
 * made good by the writer's next look: at its next record, or in {@link ResultPartition#flush},
 * which executes a full fence first and which every producer calls before it parks. With a full
 * fence between the store and the load of both sides, at least one of them sees the other's store.
 * The price of a record is thus a load of a field that rarely changes.
 */
final class PipelinedSubpartition {

    /** The reader will poll again without being told. */
    private static final int ACTIVE = 0;

    /**
     * The reader found data that it could not take now: it is told of whole segments and events.
     */
    private static final int WAITING = 1;

    /** The reader found nothing: it is told of every record. */
    private static final int IDLE = 2;

    private static final VarHandle READER;

    static {
        try {
            READER =
                    MethodHandles.lookup()
                            .findVarHandle(PipelinedSubpartition.class, "reader", int.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final PipelinedResultPartition partition;
    private final int index;
    private final int segmentsMax;
    private final Object lock = new Object();

    /**
     * Under the lock, release; the writer also swaps IDLE for ACTIVE without it, in exchange for
     * telling the reader.
     */
    private int reader = ACTIVE;

    // Guarded by lock.
    private final ArrayDeque<EventBuffer> priorities = new ArrayDeque<>();
    private final ArrayDeque<QueuedElement> elements = new ArrayDeque<>();
    private int backlog;
    private boolean overQuota;
    private boolean blocked;
    private boolean endTaken;
    private boolean dropped;
    private boolean viewGone;
    private boolean recordsProcessed;
    private Throwable failure;
    private PipelinedSubpartitionView view;

    /** Set once, under the lock; read by the writer after it saw that there is a reader. */
    private volatile SubpartitionListener listener;

    PipelinedSubpartition(
            final PipelinedResultPartition partition, final int index, final int segmentsMax) {
        this.partition = partition;
        this.index = index;
        this.segmentsMax = segmentsMax;
    }

    int index() {
        return index;
    }

    // The writer's side: producing thread.

    /**
     * Queues an empty segment for the writer to fill.
     *
     * @return false if nobody will read it; it is then not queued
     */
    boolean open(final WrittenSegment segment) {
        synchronized (lock) {
            if (dropped) {
                return false;
            }
            elements.addLast(segment);
            return true;
        }
    }

    /** Takes note that the writer is done with its segment, all of whose bytes are committed. */
    void finish(final WrittenSegment segment) {
        final boolean queued;
        final boolean tell;
        synchronized (lock) {
            if (dropped) {
                return;
            }
            assert elements.peekLast() == segment;
            segment.finish();
            queued = segment.laTaken() < segment.laCommitted();
            if (queued) {
                backlog++;
                enterQuota();
            } else {
                elements.removeLast();
            }
            tell = queued && wakesReader();
        }
        if (!queued) {
            segment.releaseByQueue();
        }
        if (tell) {
            listener.dataAvailable();
        }
    }

    /**
     * Adds an event behind all that is written. The writer has finished its segment, or left it
     * empty.
     */
    void add(final EventBuffer event) {
        final boolean tell;
        synchronized (lock) {
            if (dropped) {
                return;
            }
            if (event.kind() == Buffer.Kind.PRIORITY_EVENT) {
                tell = addPriority(event);
            } else {
                addBeforeEmptySegment(event);
                tell = wakesReader();
            }
        }
        if (tell) {
            if (event.kind() == Buffer.Kind.PRIORITY_EVENT) {
                listener.priorityAvailable();
            } else {
                listener.dataAvailable();
            }
        }
    }

    /**
     * Adds a barrier in front of all data and keeps that data for the checkpoint, in one critical
     * section (INV U3). The writer has finished its segment, or left it empty.
     *
     * @param barrier a priority event
     * @param overtaken gets the data, each with a reference of its own
     */
    void addOvertaking(final EventBuffer barrier, final List<Buffer> overtaken) {
        final boolean tell;
        synchronized (lock) {
            if (dropped) {
                return;
            }
            for (final QueuedElement element : elements) {
                retainRest(element, overtaken);
            }
            tell = addPriority(barrier);
        }
        if (tell) {
            listener.priorityAvailable();
        }
    }

    /**
     * Moves a barrier that waits among the data in front of it, if the reader has not taken it.
     *
     * @param barrier what replaces it: a priority event of the same checkpoint
     * @param overtaken gets the data that was before it, each with a reference of its own
     * @return false if the barrier does not wait here any more; nothing is done then
     */
    boolean overtake(final EventBuffer barrier, final List<Buffer> overtaken) {
        final boolean tell;
        synchronized (lock) {
            final QueuedElement waiting =
                    waitingBarrier(((CheckpointBarrier) barrier.event()).checkpoint());
            if (dropped || waiting == null) {
                return false;
            }
            for (final QueuedElement element : elements) {
                if (element == waiting) {
                    break;
                }
                retainRest(element, overtaken);
            }
            elements.remove(waiting);
            tell = addPriority(barrier);
        }
        if (tell) {
            listener.priorityAvailable();
        }
        return true;
    }

    /** Whether the barrier of a checkpoint waits here. Any thread. */
    boolean hasBarrier(final long checkpoint) {
        synchronized (lock) {
            return waitingBarrier(checkpoint) != null;
        }
    }

    private QueuedElement waitingBarrier(final long checkpoint) {
        for (final QueuedElement element : elements) {
            if (element instanceof EventBuffer event
                    && event.event() instanceof CheckpointBarrier barrier
                    && barrier.checkpoint() == checkpoint) {
                return element;
            }
        }
        return null;
    }

    private static void retainRest(final QueuedElement element, final List<Buffer> into) {
        if (element instanceof WrittenSegment segment) {
            final Buffer rest = segment.copyOfRest();
            if (rest != null) {
                into.add(rest);
            }
        }
    }

    /** The reader is told, but may take nothing else: what it was promised of data still holds. */
    private boolean addPriority(final EventBuffer event) {
        priorities.addLast(event);
        return view != null;
    }

    private void addBeforeEmptySegment(final EventBuffer event) {
        final QueuedElement last = elements.peekLast();
        final boolean emptyLast = last instanceof WrittenSegment open && !open.isFinished();
        if (emptyLast) {
            assert ((WrittenSegment) last).laCommitted() == 0;
            elements.removeLast();
        }
        elements.addLast(event);
        if (emptyLast) {
            elements.addLast(last);
        }
    }

    /**
     * Whether the reader waits to be told of the next record. Opaque: must not be hoisted out of a
     * loop over records, needs no order; see the class comment.
     */
    boolean loReaderIdle() {
        return (int) READER.getOpaque(this) == IDLE;
    }

    /**
     * Tells an idle reader of what it has not taken of the open segment. After a full fence this
     * finds every reader that needs it; without one it may miss a reader that goes idle right now.
     *
     * @param open the writer's segment
     * @param committed what the writer has committed of it
     */
    void tellIdleReader(final WrittenSegment open, final int committed) {
        if ((int) READER.getAcquire(this) == IDLE
                && open.laTaken() < committed
                && READER.compareAndSet(this, IDLE, ACTIVE)) {
            listener.dataAvailable();
        }
    }

    // The reader's side.

    /**
     * Makes the one view there is.
     *
     * @return null if there was one already, or nothing will be written any more
     */
    PipelinedSubpartitionView createView(final SubpartitionListener viewListener) {
        final PipelinedSubpartitionView created;
        final boolean tell;
        synchronized (lock) {
            if (view != null || dropped) {
                return null;
            }
            created = new PipelinedSubpartitionView(this);
            view = created;
            listener = viewListener;
            soReader(IDLE);
            VarHandle.fullFence();
            tell = hasElementsNow() && wakesReader();
        }
        if (tell) {
            viewListener.dataAvailable();
        }
        return created;
    }

    /** See {@link SubpartitionView#poll}. */
    Buffer poll(final boolean dataAllowed, final boolean partialAllowed) {
        final Buffer next;
        final boolean quotaLeft;
        synchronized (lock) {
            final boolean wasOver = overQuota;
            next = pollOrWait(dataAllowed, partialAllowed);
            quotaLeft = wasOver && !overQuota;
        }
        if (quotaLeft) {
            partition.quotaLeft();
        }
        if (next instanceof EventBuffer event && event.event() instanceof CheckpointBarrier) {
            partition.barrierTaken();
        }
        return next;
    }

    private Buffer pollOrWait(final boolean dataAllowed, final boolean partialAllowed) {
        Buffer next = pollNow(dataAllowed, partialAllowed);
        if (next == null && partialAllowed && !blocked) {
            if (!hasElementsNow()) {
                soReader(IDLE);
                VarHandle.fullFence();
                if (!hasElementsNow()) {
                    return null;
                }
            }
            // Committed since the first look, or not allowed.
            next = pollNow(dataAllowed, true);
        }
        if (next != null) {
            soReader(ACTIVE);
        } else if (reader == ACTIVE) {
            // Not if it is IDLE: a poll that allows less takes nothing back of what was promised.
            soReader(WAITING);
        }
        return next;
    }

    /** See {@link SubpartitionView#pollPriority}. */
    Buffer pollPriority() {
        synchronized (lock) {
            final EventBuffer priority = priorities.pollFirst();
            return priority == null ? null : taken(priority);
        }
    }

    private Buffer pollNow(final boolean dataAllowed, final boolean partialAllowed) {
        final EventBuffer priority = priorities.pollFirst();
        if (priority != null) {
            return taken(priority);
        }
        if (blocked) {
            return null;
        }
        final QueuedElement first = elements.peekFirst();
        if (first instanceof EventBuffer event) {
            elements.removeFirst();
            return taken(event);
        }
        if (first instanceof WrittenSegment segment && dataAllowed) {
            return pollSegment(segment, partialAllowed);
        }
        return null;
    }

    private Buffer pollSegment(final WrittenSegment segment, final boolean partialAllowed) {
        if (segment.isFinished()) {
            elements.removeFirst();
            backlog--;
            leaveQuota();
            return segment.take();
        }
        return partialAllowed && segment.laTaken() < segment.laCommitted() ? segment.take() : null;
    }

    private EventBuffer taken(final EventBuffer event) {
        if (event.event().blocksUpstream()) {
            blocked = true;
        }
        if (event.event() instanceof EndOfPartition) {
            endTaken = true;
        }
        return event;
    }

    int backlog() {
        synchronized (lock) {
            return backlog;
        }
    }

    boolean hasElements() {
        synchronized (lock) {
            return hasElementsNow();
        }
    }

    private boolean hasElementsNow() {
        if (!priorities.isEmpty()) {
            return true;
        }
        final QueuedElement first = blocked ? null : elements.peekFirst();
        return first instanceof EventBuffer
                || first instanceof WrittenSegment segment
                        && segment.laTaken() < segment.laCommitted();
    }

    void resumeConsumption() {
        synchronized (lock) {
            blocked = false;
        }
    }

    void acknowledgeAllRecordsProcessed() {
        synchronized (lock) {
            if (recordsProcessed) {
                return;
            }
            recordsProcessed = true;
        }
        partition.recordsProcessed();
    }

    Throwable failure() {
        synchronized (lock) {
            return failure;
        }
    }

    boolean isDropped() {
        synchronized (lock) {
            return dropped;
        }
    }

    /** The reader is gone: nothing queued will be read, nothing written will be queued. */
    void releaseView() {
        final List<WrittenSegment> unread;
        final boolean consumed;
        synchronized (lock) {
            if (viewGone) {
                return;
            }
            viewGone = true;
            consumed = endTaken;
            unread = dropElements();
        }
        release(unread);
        if (consumed) {
            partition.subpartitionConsumed();
        }
    }

    /**
     * Drops all that is queued, because the partition failed or was closed. Any thread.
     *
     * @param cause why it failed; null if it was closed
     */
    void drop(final Throwable cause) {
        final List<WrittenSegment> unread;
        final boolean tell;
        synchronized (lock) {
            if (dropped) {
                return;
            }
            failure = cause;
            tell = view != null && !viewGone && !endTaken;
            unread = dropElements();
        }
        release(unread);
        if (tell) {
            listener.dataAvailable();
        }
    }

    private List<WrittenSegment> dropElements() {
        final List<WrittenSegment> unread = new ArrayList<>();
        for (final QueuedElement element : elements) {
            if (element instanceof WrittenSegment segment) {
                unread.add(segment);
            }
        }
        elements.clear();
        priorities.clear();
        backlog = 0;
        leaveQuota();
        dropped = true;
        soReader(ACTIVE);
        return unread;
    }

    private void release(final List<WrittenSegment> unread) {
        unread.forEach(WrittenSegment::releaseByQueue);
        partition.quotaLeft();
        partition.barrierTaken();
    }

    // Under the lock.

    private boolean wakesReader() {
        final boolean waits = view != null && reader != ACTIVE && !blocked;
        if (waits) {
            soReader(ACTIVE);
        }
        return waits;
    }

    /** Release: a writer that sees IDLE must see what the reader had taken before. */
    private void soReader(final int state) {
        if (reader != state) {
            READER.setRelease(this, state);
        }
    }

    private void enterQuota() {
        if (!overQuota && backlog >= segmentsMax) {
            overQuota = true;
            partition.enterQuota();
        }
    }

    private void leaveQuota() {
        if (overQuota && backlog < segmentsMax) {
            overQuota = false;
            partition.leaveQuota();
        }
    }

    @Override
    public String toString() {
        synchronized (lock) {
            return "subpartition="
                    + index
                    + " elements="
                    + elements.size()
                    + " backlog="
                    + backlog
                    + (blocked ? " blocked" : "")
                    + (dropped ? " dropped" : "");
        }
    }
}
