package io.geminid.shuffle.network;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/**
 * Channels that something happened to, handed by any thread to the one of the connection. A channel
 * is in it at most once, so it is bounded by the number of channels, and nothing is allocated.
 *
 * <p>Pushing is lock-free, and a mere look if the channel is in it already. The connection's thread
 * takes all at once, oldest first.
 */
public final class ReadyStack<N extends ReadyStack.Node<N>> {

    /**
     * What can be pushed. A node belongs to one stack for all its life.
     *
     * @param <N> the type itself
     */
    public abstract static class Node<N extends Node<N>> {

        /**
         * Written by whoever won {@link #queued}, then by the draining thread; published by head.
         */
        private N next;

        /** Any thread sets it by compare-and-set; the draining thread clears it, volatile. */
        private volatile int queued;
    }

    private static final VarHandle QUEUED;
    private static final VarHandle HEAD;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            QUEUED = lookup.findVarHandle(Node.class, "queued", int.class);
            HEAD = lookup.findVarHandle(ReadyStack.class, "head", Node.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Any thread pushes by compare-and-set; the draining thread swaps it for null. */
    private volatile N head;

    /**
     * Adds a node. Any thread.
     *
     * @return false if it is in the stack already; what the caller did before this call will be
     *     seen by the draining thread all the same
     */
    public boolean push(final N node) {
        if (((Node<N>) node).queued != 0 || !QUEUED.compareAndSet(node, 0, 1)) {
            return false;
        }
        N top;
        do {
            top = head;
            ((Node<N>) node).next = top;
        } while (!HEAD.compareAndSet(this, top, node));
        return true;
    }

    /**
     * Takes all nodes, oldest first. One thread; each may be pushed again before it is consumed.
     */
    public void drain(final Consumer<? super N> consumer) {
        if (head == null) {
            return;
        }
        @SuppressWarnings("unchecked")
        N newest = (N) HEAD.getAndSet(this, null);
        N oldest = null;
        while (newest != null) {
            final N older = ((Node<N>) newest).next;
            ((Node<N>) newest).next = oldest;
            oldest = newest;
            newest = older;
        }
        while (oldest != null) {
            final N node = oldest;
            oldest = ((Node<N>) node).next;
            ((Node<N>) node).next = null;
            // Before it is looked at: what happens from now on pushes it again.
            ((Node<N>) node).queued = 0;
            consumer.accept(node);
        }
    }
}
