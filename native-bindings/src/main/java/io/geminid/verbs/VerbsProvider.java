package io.geminid.verbs;

import io.geminid.verbs.connect.ConnectionManager;
import java.util.List;

/** A host's way to RDMA: the real one by {@link Verbs#provider}, or one of the software fabric. */
public interface VerbsProvider {

    /**
     * Which it is, for logs.
     *
     * @return {@code disni} or {@code fabric}
     */
    String name();

    /**
     * The devices there are now.
     *
     * @return the devices; empty if there are none
     * @throws VerbsException if the list cannot be had
     */
    List<Device> devices() throws VerbsException;

    /**
     * Makes a connection manager: one queue of connection events, for one thread.
     *
     * @return the manager; the caller closes it
     * @throws VerbsException if the kernel has none
     */
    ConnectionManager createConnectionManager() throws VerbsException;

    /**
     * Asks the system for huge pages below a mapped block, before it is touched and registered.
     *
     * @param address where it starts, on a page's border
     * @param lengthBytes its length
     * @throws VerbsException if the system has none; the block is as usable as before
     */
    void adviseHugePages(long address, long lengthBytes) throws VerbsException;
}
