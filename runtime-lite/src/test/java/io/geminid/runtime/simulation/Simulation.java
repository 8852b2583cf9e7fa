package io.geminid.runtime.simulation;

import io.geminid.runtime.cluster.loop.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Actors that take turns, and the time, which passes with every step and while all wait. */
public final class Simulation {

    private static final int STEPS_MAX = 10_000_000;

    /** Longest step: a source that never ends must not stop the time. */
    private static final int STEP_NS_MAX = 20_000;

    /** Guesses at somebody who is ready, before all are asked. */
    private static final int GUESSES = 6;

    private final Random random;
    private final List<Placed> actors = new ArrayList<>();
    private final Node ether = new Node("ether");
    private long nowNs = TimeUnit.DAYS.toNanos(20_000);
    private long steps;
    private int trace;

    Simulation(final Random random) {
        this.random = random;
    }

    /** Something that does a little at a time. */
    interface Actor {

        /** What {@link #nextNs} answers if only others can give it something to do. */
        long NEVER = Long.MAX_VALUE;

        /** Whether there is something to do now. */
        boolean isReady();

        /** Does a little of it. */
        void step();

        /** When there will be something to do if nobody else does anything. */
        long nextNs();
    }

    private record Placed(Node node, Actor actor) {

        boolean isReady() {
            return !node.isPaused() && actor.isReady();
        }

        long nextNs() {
            return node.isPaused() && actor.isReady()
                    ? node.pausedUntilNs
                    : Math.max(node.pausedUntilNs, actor.nextNs());
        }
    }

    /** A process: its actors stop and end together. */
    public final class Node {

        private final String name;
        private boolean crashed;
        private long pausedUntilNs;

        private Node(final String name) {
            this.name = name;
        }

        void add(final Actor actor) {
            if (!crashed) {
                actors.add(new Placed(this, actor));
            }
        }

        void remove(final Actor actor) {
            actors.removeIf(each -> each.actor == actor);
        }

        /** A loop among the actors. */
        EventLoop newLoop() {
            final Loop loop = new Loop();
            add(loop);
            return loop;
        }

        /**
         * Runs commands one after the other, as a thread does that waits for a disk.
         *
         * @param delayNs how long each takes
         */
        Executor newExecutor(final LongSupplier delayNs) {
            final Commands commands = new Commands(delayNs);
            add(commands);
            return commands;
        }

        /** As kill -9 does: nobody in it does anything any more. */
        void crash() {
            crashed = true;
            actors.removeIf(each -> each.node == this);
        }

        boolean isCrashed() {
            return crashed;
        }

        /** As SIGSTOP and SIGCONT do, or a long collection of garbage. */
        void pause(final long lengthNs) {
            pausedUntilNs = Math.max(pausedUntilNs, nowNs + lengthNs);
        }

        boolean isPaused() {
            return pausedUntilNs > nowNs;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A process without anybody in it yet. */
    Node newNode(final String name) {
        return new Node(name);
    }

    /** What belongs to no process: networks, and whoever does harm. */
    Node ether() {
        return ether;
    }

    /** Monotonic time. */
    public long nowNs() {
        return nowNs;
    }

    long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nowNs);
    }

    /** Turns taken so far. */
    public long steps() {
        return steps;
    }

    /** Depends on every choice made so far: equal for equal runs. */
    public int trace() {
        return trace;
    }

    /** Lets actors take turns until something is so. */
    void runUntil(final String what, final BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (++steps > STEPS_MAX) {
                throw new AssertionError("steps=" + STEPS_MAX + " and still not: " + what);
            }
            final Actor chosen = choose();
            if (chosen == null) {
                sleep(what);
            } else {
                chosen.step();
                nowNs += random.nextInt(STEP_NS_MAX);
            }
        }
    }

    /** Somebody who is ready; null if nobody is. */
    private Actor choose() {
        for (int i = 0; i < GUESSES && !actors.isEmpty(); i++) {
            final int guess = random.nextInt(actors.size());
            if (actors.get(guess).isReady()) {
                trace = 31 * trace + guess;
                return actors.get(guess).actor;
            }
        }
        final List<Placed> ready = new ArrayList<>();
        for (final Placed each : actors) {
            if (each.isReady()) {
                ready.add(each);
            }
        }
        if (ready.isEmpty()) {
            return null;
        }
        final int chosen = random.nextInt(ready.size());
        trace = 31 * trace + chosen;
        return ready.get(chosen).actor;
    }

    /** Lets actors take turns for a while. */
    void runFor(final int count) {
        final long stop = steps + count;
        runUntil("time passes", () -> steps >= stop);
    }

    private void sleep(final String what) {
        final long nextNs = actors.stream().mapToLong(Placed::nextNs).min().orElse(Actor.NEVER);
        if (nextNs == Actor.NEVER) {
            throw new AssertionError("nobody will ever do anything, and still not: " + what);
        }
        nowNs = Math.max(nowNs + 1, nextNs);
        trace = 31 * trace + Long.hashCode(nowNs);
    }

    private final class Loop implements EventLoop, Actor {

        private final PriorityQueue<Entry> entries = new PriorityQueue<>();
        private long sequence;

        @Override
        public long nanoTime() {
            return nowNs;
        }

        @Override
        public void execute(final Runnable command) {
            schedule(0, command);
        }

        @Override
        public Timer schedule(final long delayNs, final Runnable command) {
            final Entry entry = new Entry(nowNs + Math.max(0, delayNs), sequence++, command);
            entries.add(entry);
            return () -> entries.remove(entry);
        }

        @Override
        public boolean isReady() {
            return !entries.isEmpty() && entries.peek().dueNs <= nowNs;
        }

        @Override
        public void step() {
            entries.remove().command.run();
        }

        @Override
        public long nextNs() {
            return entries.isEmpty() ? NEVER : entries.peek().dueNs;
        }
    }

    private record Entry(long dueNs, long sequence, Runnable command) implements Comparable<Entry> {

        @Override
        public int compareTo(final Entry other) {
            final int byTime = Long.compare(dueNs, other.dueNs);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private final class Commands implements Executor, Actor {

        private final LongSupplier delayNs;
        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private long dueNs;

        Commands(final LongSupplier delayNs) {
            this.delayNs = delayNs;
        }

        @Override
        public void execute(final Runnable command) {
            if (waiting.isEmpty()) {
                dueNs = nowNs + delayNs.getAsLong();
            }
            waiting.add(command);
        }

        @Override
        public boolean isReady() {
            return !waiting.isEmpty() && dueNs <= nowNs;
        }

        @Override
        public void step() {
            final Runnable command = waiting.remove();
            dueNs = nowNs + delayNs.getAsLong();
            command.run();
        }

        @Override
        public long nextNs() {
            return waiting.isEmpty() ? NEVER : dueNs;
        }
    }
}
