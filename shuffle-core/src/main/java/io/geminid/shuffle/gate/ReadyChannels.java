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

    synchronized void add(final InputChannel channel) {
        if (!channel.ready) {
            channel.ready = true;
            normal.addLast(channel);
        }
    }

    synchronized void addPriority(final InputChannel channel) {
        if (!channel.readyWithPriority) {
            channel.readyWithPriority = true;
            priority.addLast(channel);
        }
    }

    /** Takes the next one out of its group; null if there is none. */
    synchronized InputChannel take() {
        final InputChannel first = priority.pollFirst();
        if (first != null) {
            first.readyWithPriority = false;
            return first;
        }
        final InputChannel next = normal.pollFirst();
        if (next != null) {
            next.ready = false;
        }
        return next;
    }

    synchronized boolean isEmpty() {
        return priority.isEmpty() && normal.isEmpty();
    }
}
