package io.geminid.shuffle.gate;

import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.event.BarrierAnnouncement;
import io.geminid.shuffle.event.BarrierKind;
import io.geminid.shuffle.event.CheckpointBarrier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What a channel has received and its consumer has not taken: priority events in their order, then
 * everything else in its own (INV U2). Remembers where the latest barrier that overtook would have
 * been, so that data before it can be told from data behind it. Guarded by the channel's lock.
 */
final class ReceivedElements {

    private final ArrayDeque<EventBuffer> priorities = new ArrayDeque<>();
    private final ArrayDeque<Buffer> elements = new ArrayDeque<>();

    /** Elements taken so far: the number of the first one that waits. */
    private long taken;

    private long overtookCheckpoint;

    /** Number of the first element behind the barrier of {@link #overtookCheckpoint}. */
    private long overtookAt;

    void addData(final Buffer data) {
        elements.addLast(data);
    }

    /**
     * Adds an event.
     *
     * @return true if there is now a priority event to be told of
     */
    boolean addEvent(final EventBuffer event) {
        if (event.kind() == Buffer.Kind.PRIORITY_EVENT) {
            if (event.event() instanceof CheckpointBarrier barrier) {
                noteOvertaking(barrier.checkpoint(), taken + elements.size());
            }
            priorities.addLast(event);
            return true;
        }
        elements.addLast(event);
        if (event.event() instanceof CheckpointBarrier barrier
                && barrier.kind() == BarrierKind.ALIGNED_FOR_A_TIME) {
            priorities.addLast(new EventBuffer(new BarrierAnnouncement(barrier), true));
            return true;
        }
        return false;
    }

    private void noteOvertaking(final long checkpoint, final long at) {
        overtookCheckpoint = checkpoint;
        overtookAt = at;
    }

    /** Takes the next one; null if there is none. */
    Buffer poll() {
        final EventBuffer priority = priorities.pollFirst();
        if (priority != null) {
            return priority;
        }
        final Buffer next = elements.pollFirst();
        if (next != null) {
            taken++;
        }
        return next;
    }

    EventBuffer pollPriority() {
        return priorities.pollFirst();
    }

    boolean isAnyPriority() {
        return !priorities.isEmpty();
    }

    boolean isAnyElement() {
        return !elements.isEmpty();
    }

    /** Data before the barrier of a checkpoint, or all if it has not overtaken; retained. */
    List<Buffer> dataBefore(final long checkpoint) {
        final long end = overtookCheckpoint == checkpoint ? overtookAt : Long.MAX_VALUE;
        final List<Buffer> before = new ArrayList<>();
        long number = taken;
        for (final Buffer element : elements) {
            if (number++ >= end) {
                break;
            }
            if (element.kind() == Buffer.Kind.DATA) {
                before.add(element.retain());
            }
        }
        return before;
    }

    /**
     * Lets a barrier that waits overtake.
     *
     * @return true if there is now a priority event to be told of
     */
    boolean overtake(final long checkpoint) {
        long number = taken;
        for (final Buffer element : elements) {
            if (element instanceof EventBuffer event
                    && event.event() instanceof CheckpointBarrier barrier
                    && barrier.checkpoint() == checkpoint) {
                elements.remove(element);
                noteOvertaking(checkpoint, number);
                priorities.addLast(new EventBuffer(barrier.as(BarrierKind.OVERTAKEN), true));
                return true;
            }
            number++;
        }
        return false;
    }

    /** Empties both queues. */
    List<Buffer> clear() {
        final List<Buffer> unread = new ArrayList<>(elements);
        elements.clear();
        priorities.clear();
        return unread;
    }
}
