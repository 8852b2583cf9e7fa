package io.geminid.verbs;

/**
 * A block of memory that a device can reach. The memory is not owned: it must stay mapped until
 * {@link #close} has returned.
 *
 * <p>Reading the fields is free of threads; closing is for one thread, after every request that
 * names the region has completed.
 */
public interface MemoryRegion extends AutoCloseable {

    /**
     * Where it starts.
     *
     * @return the address in this process
     */
    long address();

    /**
     * How long it is.
     *
     * @return bytes
     */
    long lengthBytes();

    /**
     * The key for this host's own requests.
     *
     * @return the local key
     */
    int localKey();

    /**
     * The key for peers' one-sided requests. It opens nothing unless a remote right was given.
     *
     * @return the remote key
     */
    int remoteKey();

    /**
     * Deregisters: afterwards no device can reach the memory.
     *
     * @throws VerbsException if the device refuses; the region is then still registered
     */
    @Override
    void close() throws VerbsException;
}
