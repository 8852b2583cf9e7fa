package io.geminid.verbs.contract;

import io.geminid.verbs.VerbsProvider;
import java.net.InetAddress;
import java.util.concurrent.Callable;

/** Two ends of a network for a suite: how to reach them, how time passes, how to break things. */
public abstract class VerbsRig {

    /** Long enough for anything that must happen; reaching it is a failure. */
    public static final long PATIENCE_NS = 20_000_000_000L;

    /** The connecting end. */
    public abstract VerbsProvider client();

    /** The listening end. */
    public abstract VerbsProvider server();

    /** The connecting end's address. */
    public abstract InetAddress clientAddress();

    /** The listening end's address. */
    public abstract InetAddress serverAddress();

    /** The network's own time. */
    public abstract long nowNs();

    /** Lets a little time pass. */
    public abstract void progress();

    /** Pulls the cable of the server's device, or puts it back. */
    public abstract void serverLink(boolean up) throws Exception;

    /** Starts taking the server's device away; returns once it is under way. */
    public abstract void removeServerDevice() throws Exception;

    /** Waits until something holds. */
    public final void until(String what, Callable<Boolean> holds) throws Exception {
        long deadlineNs = nowNs() + PATIENCE_NS;
        while (!holds.call()) {
            if (nowNs() > deadlineNs) {
                throw new AssertionError("never happened: " + what);
            }
            progress();
        }
    }

    /** Lets a time pass in which nothing is expected. */
    public final void idle(long ns) {
        long endNs = nowNs() + ns;
        while (nowNs() < endNs) {
            progress();
        }
    }
}
