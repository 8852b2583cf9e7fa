package io.geminid.shuffle.gate;

import java.util.ArrayDeque;

/**
 * The channels of a gate that may have something, in the order in which they are asked: those with
 * a priority event before all others, each group in turn.
 *
 * <p>A channel stands in each group at most once. Any thread; calls nothing.
 */
final class ReadyChannels {

    private final ArrayDeque<InputChannel> priority = new ArrayDeque<>();
    private final ArrayDeque<InputChannel> normal = new ArrayDeque<>();

    /** Written under the lock; read by the consumer before each element, without it. */
    private volatile boolean empty = true;

    /** Written under the lock; read by the consumer between records, without it. */
    private volatile boolean anyPriority;

    synchronized void add(final InputChannel channel) {
        if (!channel.ready) {
            channel.ready = true;
            normal.addLast(channel);
            empty = false;
        }
    }

    synchronized void addPriority(final InputChannel channel) {
        if (!channel.readyWithPriority) {
            channel.readyWithPriority = true;
            priority.addLast(channel);
            anyPriority = true;
            empty = false;
        }
    }

    /** Takes the next one out of its group; null if there is none. */
    synchronized InputChannel take() {
        final boolean urgent = !priority.isEmpty();
        final InputChannel next = urgent ? priority.pollFirst() : normal.pollFirst();
        if (urgent) {
            next.readyWithPriority = false;
        } else if (next != null) {
            next.ready = false;
        }
        empty = priority.isEmpty() && normal.isEmpty();
        anyPriority = !priority.isEmpty();
        return next;
    }

    /** Takes the next one that has a priority event; null if there is none. */
    synchronized InputChannel takePriority() {
        final InputChannel next = priority.pollFirst();
        if (next != null) {
            next.readyWithPriority = false;
            empty = priority.isEmpty() && normal.isEmpty();
            anyPriority = !priority.isEmpty();
        }
        return next;
    }

    /** Whether {@link #takePriority} would give one. */
    boolean isAnyPriority() {
        return anyPriority;
    }

    boolean isEmpty() {
        return empty;
    }
}
