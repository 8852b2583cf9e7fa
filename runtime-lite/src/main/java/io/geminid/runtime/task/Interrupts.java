package io.geminid.runtime.task;

/** Whether a task's thread may still be interrupted. Thread-safe. */
final class Interrupts {

    private boolean allowed = true;

    synchronized void interrupt(final Thread thread) {
        if (allowed) {
            thread.interrupt();
        }
    }

    /** From now on there is none, nor any trace of an earlier one. The task's thread. */
    synchronized void end() {
        allowed = false;
        Thread.interrupted();
    }
}
