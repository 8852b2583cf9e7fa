package io.geminid.runtime.cluster.coordinator;

import io.geminid.runtime.cluster.control.ControlLink;
import io.geminid.runtime.cluster.job.WorkerReport;
import io.geminid.runtime.cluster.message.FromCoordinator;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.cluster.message.WorkerCounters;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/** What the coordinator knows of a worker. Its loop only. */
final class WorkerHandle {

    private static final WorkerCounters NOTHING_YET = new WorkerCounters(0, 0, 0, 0, 0, 0, 0, 0);

    private final FromWorker.Hello hello;
    private final ControlLink link;
    private WorkerCounters counters = NOTHING_YET;
    private long lastHeardNs;
    private long segmentsReserved;

    WorkerHandle(final FromWorker.Hello hello, final ControlLink link, final long nowNs) {
        this.hello = hello;
        this.link = link;
        lastHeardNs = nowNs;
    }

    FromWorker.Hello hello() {
        return hello;
    }

    int index() {
        return hello.worker();
    }

    String name() {
        return hello.name();
    }

    /** Whether it speaks over this link, and is not another worker that claims to be it. */
    boolean isOver(final ControlLink other) {
        return link == other;
    }

    void send(final FromCoordinator message) {
        link.send(message);
    }

    void close(final String reason) {
        link.close(reason);
    }

    void heard(final long nowNs) {
        lastHeardNs = nowNs;
    }

    long silentNs(final long nowNs) {
        return nowNs - lastHeardNs;
    }

    void counters(final WorkerCounters latest) {
        counters = latest;
    }

    /** Segments that running jobs need at least. */
    long segmentsReserved() {
        return segmentsReserved;
    }

    void reserveSegments(final long delta) {
        segmentsReserved += delta;
    }

    WorkerReport report() {
        return new WorkerReport(
                name(),
                hello.pid(),
                hello.segments(),
                counters.segmentsTaken(),
                counters.segmentsReturned(),
                counters.bytesSent(),
                counters.bytesReceived(),
                counters.checksumFailures(),
                counters.connectionsRefused(),
                counters.creditsAvailable());
    }

    /** Parts with those that have not given back in time what they have of a job. */
    static void giveUp(
            final Collection<WorkerHandle> workers,
            final Predicate<WorkerHandle> waitsFor,
            final long timeoutNs) {
        List.copyOf(workers).stream()
                .filter(waitsFor)
                .forEach(each -> each.close("job not given back, cancelTimeoutNs=" + timeoutNs));
    }
}
