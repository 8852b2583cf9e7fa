package io.geminid.runtime.task.mailbox;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * Commands for a task's thread, from any thread. They run between two records (INV M1): a priority
 * mail before the next record (INV M2), an ordinary one before the next batch of records.
 *
 * <p>Not bounded by itself: whoever sends mails sends a bounded number of them.
 */
public final class Mailbox implements Executor {

    /** A command. */
    @FunctionalInterface
    public interface Mail {

        /**
         * Runs on the task's thread.
         *
         * @throws Exception fails the task
         */
        void run() throws Exception;
    }

    /** Ordinary mails of one turn: records wait for them. */
    private static final int MAILS_PER_TURN_MAX = 64;

    private final Queue<Mail> priorityMails = new ConcurrentLinkedQueue<>();
    private final Queue<Mail> mails = new ConcurrentLinkedQueue<>();
    private final Runnable wake;

    /**
     * Makes a mailbox.
     *
     * @param wake called by any thread after a mail was put; wakes the task's thread
     */
    public Mailbox(final Runnable wake) {
        this.wake = wake;
    }

    /**
     * Puts an ordinary mail. Any thread.
     *
     * @param command run on the task's thread, unless the task ends before
     */
    @Override
    public void execute(final Runnable command) {
        put(command::run);
    }

    /**
     * Puts an ordinary mail. Any thread.
     *
     * @param mail run on the task's thread, unless the task ends before
     */
    public void put(final Mail mail) {
        mails.add(mail);
        wake.run();
    }

    /**
     * Puts a mail that goes before the next record. Any thread.
     *
     * @param mail run on the task's thread, unless the task ends before
     */
    public void putPriority(final Mail mail) {
        priorityMails.add(mail);
        wake.run();
    }

    /**
     * Whether records must wait. Asked by the task's thread before each record.
     *
     * @return true if there is a priority mail
     */
    public boolean hasPriorityMail() {
        return !priorityMails.isEmpty();
    }

    /**
     * Runs all priority mails and some ordinary ones. The task's thread.
     *
     * @return true if there was any
     * @throws Exception what a mail threw
     */
    public boolean runMails() throws Exception {
        boolean any = runPriorityMails();
        for (int i = 0; i < MAILS_PER_TURN_MAX; i++) {
            final Mail mail = mails.poll();
            if (mail == null) {
                break;
            }
            mail.run();
            any = true;
            runPriorityMails();
        }
        return any;
    }

    private boolean runPriorityMails() throws Exception {
        boolean any = false;
        for (Mail mail = priorityMails.poll(); mail != null; mail = priorityMails.poll()) {
            mail.run();
            any = true;
        }
        return any;
    }
}
