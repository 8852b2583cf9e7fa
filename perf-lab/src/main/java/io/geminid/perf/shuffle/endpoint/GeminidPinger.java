package io.geminid.perf.shuffle.endpoint;

import io.geminid.shuffle.gate.InputChannelException;
import io.geminid.shuffle.partition.ResultPartition;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.HdrHistogram.Recorder;

/** Sends a record, waits for it to come back, and takes the time. */
public final class GeminidPinger extends GeminidEndpoint {

    private final int recordBytes;
    private final Recorder trips = new Recorder(3);
    private final CompletableFuture<InetSocketAddress> echo = new CompletableFuture<>();
    private ResultPartition partition;
    private RecordStream back;

    GeminidPinger(final String service, final Setup setup) {
        super(service, 0, setup);
        this.recordBytes = setup.recordBytes();
    }

    @Override
    public InetSocketAddress start() throws IOException {
        final InetSocketAddress address = environment().start();
        partition = environment().createResultPartition("ping", partition(PARTITION, 1));
        return address;
    }

    @Override
    public void peer(final InetSocketAddress address) {
        echo.complete(address);
    }

    @Override
    public void run() throws IOException, InterruptedException {
        try {
            back = new RecordStream(this, partition(ECHO, 1), echo.get(), recordBytes);
        } catch (final ExecutionException e) {
            throw new IOException(e.getCause());
        }
        final ByteBuffer filling = filling(recordBytes);
        for (long number = 0; !Thread.currentThread().isInterrupted(); number++) {
            final long startNs = System.nanoTime();
            write(partition, 0, number, filling);
            partition.flush();
            try {
                back.next();
            } catch (final InputChannelException e) {
                return; // the echo has ended; whether too early, the counters tell
            }
            trips.recordValue(System.nanoTime() - startNs);
            progress((number + 1) * recordBytes, number + 1);
        }
    }

    @Override
    public long takeMedianTripNs() {
        return trips.getIntervalHistogram().getValueAtPercentile(50);
    }

    @Override
    public void close() {
        if (back != null) {
            back.close();
        }
        partition.close();
        environment().close();
    }
}
