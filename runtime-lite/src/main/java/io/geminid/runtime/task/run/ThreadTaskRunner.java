package io.geminid.runtime.task.run;

import io.geminid.runtime.task.Task;
import io.geminid.runtime.task.mailbox.TaskTimers;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** A thread for each task; it parks when its task waits. */
public final class ThreadTaskRunner implements TaskRunner {

    private final ThreadFactory threads;
    private final InstantSource wallClock;

    /**
     * Makes a runner.
     *
     * @param threads makes the thread of a task
     * @param wallClock the clock of the tasks' timers
     */
    public ThreadTaskRunner(final ThreadFactory threads, final InstantSource wallClock) {
        this.threads = threads;
        this.wallClock = wallClock;
    }

    @Override
    public RunningTask launch(final Function<Runnable, Task> maker) {
        final TaskThread running = new TaskThread(wallClock);
        running.task = maker.apply(running::wake);
        running.thread = threads.newThread(running::run);
        running.thread.setName("task " + running.task.name());
        running.thread.start();
        return running;
    }

    private static final class TaskThread implements RunningTask {

        private final InstantSource wallClock;
        private volatile Thread thread; // set before it starts; a task may be woken even earlier
        private volatile boolean signaled; // set by any thread, cleared by the task's
        private Task task;

        TaskThread(final InstantSource wallClock) {
            this.wallClock = wallClock;
        }

        @Override
        public Task task() {
            return task;
        }

        @Override
        public void interrupt() {
            task.interrupt(thread);
        }

        private void wake() {
            if (!signaled) {
                signaled = true;
                LockSupport.unpark(thread);
            }
        }

        private void run() {
            while (!task.isDone()) {
                signaled = false; // whoever signals from here on is seen by await()
                if (!task.runOneStep() && !task.isDone()) {
                    await();
                }
            }
        }

        private void await() {
            while (!signaled && !Thread.interrupted()) {
                final long nextMillis = task.nextTimerMillis();
                if (nextMillis == TaskTimers.NEVER) {
                    LockSupport.park(this);
                    continue;
                }
                final long waitMillis = nextMillis - wallClock.millis();
                if (waitMillis <= 0) {
                    return;
                }
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(waitMillis));
            }
        }
    }
}
