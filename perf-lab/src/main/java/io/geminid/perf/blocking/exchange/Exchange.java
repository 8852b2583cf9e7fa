package io.geminid.perf.blocking.exchange;

import java.io.IOException;

/** What is measured. The threads that write and read are its own; one call at a time. */
public interface Exchange extends AutoCloseable {

    /**
     * Writes all records. When it returns, all of them can be read.
     *
     * @throws Exception ends the measurement
     */
    void write() throws Exception;

    /**
     * Reads all records.
     *
     * @return what was read
     * @throws Exception ends the measurement
     */
    Tally read() throws Exception;

    /**
     * Removes what was written.
     *
     * @throws Exception ends the measurement
     */
    void clear() throws Exception;

    @Override
    void close() throws IOException;
}
