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
        return next;
    }

    boolean isEmpty() {
        return empty;
    }
}
