package io.geminid.verbs;

import io.geminid.verbs.info.DeviceInfo;
import io.geminid.verbs.info.GidInfo;
import io.geminid.verbs.info.PortInfo;
import java.util.List;

/** One RDMA device of this host. For any thread, but asynchronous events have one reader. */
public interface Device {

    /**
     * What it is and has.
     *
     * @return its identity and limits
     * @throws VerbsException if it does not say
     */
    DeviceInfo info() throws VerbsException;

    /**
     * One port's state.
     *
     * @param number from 1
     * @return the port
     * @throws VerbsException if it does not say
     */
    PortInfo port(int number) throws VerbsException;

    /**
     * One port's addresses.
     *
     * @param port from 1
     * @return the entries in use
     * @throws VerbsException if it does not say
     */
    List<GidInfo> gids(int port) throws VerbsException;

    /**
     * Makes a protection domain.
     *
     * @return the domain; the caller closes it
     * @throws VerbsException if there are too many, or the device is gone
     */
    ProtectionDomain createProtectionDomain() throws VerbsException;

    /**
     * Makes a completion queue.
     *
     * @param entries how many completions it must hold
     * @return the queue; the caller closes it
     * @throws VerbsException if it is too large, or the device is gone
     */
    CompletionQueue createCompletionQueue(int entries) throws VerbsException;

    /**
     * Takes the next event that belongs to no work request.
     *
     * @param into filled in if there is one
     * @param timeoutMs how long to wait for it; 0 not at all, negative for ever
     * @return whether there was one
     * @throws VerbsException if it cannot be read
     */
    boolean nextAsyncEvent(AsyncEvent into, int timeoutMs) throws VerbsException;
}
