package io.geminid.shuffle.rdma;

import io.geminid.verbs.work.WorkStatus;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What only a transport of this kind can tell, besides {@link
 * io.geminid.shuffle.transport.TransportCounters}. Written by the agent, read by any thread.
 */
public final class RdmaCounters {

    private final Map<WorkStatus, LongAdder> failures = new EnumMap<>(WorkStatus.class);
    private final LongAdder unflushed = new LongAdder();
    private final LongAdder copiedBytes = new LongAdder();
    private final LongAdder stuck = new LongAdder();

    RdmaCounters() {
        for (final WorkStatus status : WorkStatus.values()) {
            failures.put(status, new LongAdder());
        }
    }

    void onFailure(final WorkStatus status) {
        failures.get(status).increment();
    }

    void onUnflushed(final int requests) {
        unflushed.add(requests);
    }

    void onCopied(final long bytes) {
        copiedBytes.add(bytes);
    }

    void onStuck() {
        stuck.increment();
    }

    /**
     * Requests that failed. Those that are {@link WorkStatus#FLUSHED} came back because their queue
     * pair was over. {@link WorkStatus#RNR_RETRY_EXCEEDED} is a defect: no message is sent without
     * a credit, and a credit is a posted receive.
     *
     * @param status how
     * @return since the start
     */
    public long failures(final WorkStatus status) {
        return failures.get(status).sum();
    }

    /**
     * Requests that a failed queue pair never gave back, so that it had to be taken away first.
     *
     * @return since the start; anything but 0 is the device's defect, or ours
     */
    public long unflushed() {
        return unflushed.sum();
    }

    /**
     * Payload of ended connections that had to be copied, because the NIC could not reach it or
     * because it belonged to another pool.
     *
     * @return bytes since the start; 0 is what is wanted
     */
    public long copiedBytes() {
        return copiedBytes.sum();
    }

    /**
     * Connections whose memory the device did not give back.
     *
     * @return since the start
     */
    public long stuck() {
        return stuck.sum();
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        text.append("unflushed=").append(unflushed()).append(" copiedBytes=").append(copiedBytes());
        text.append(" stuck=").append(stuck());
        failures.forEach(
                (status, count) -> {
                    if (count.sum() > 0) {
                        text.append(' ').append(status).append('=').append(count);
                    }
                });
        return text.toString();
    }
}
