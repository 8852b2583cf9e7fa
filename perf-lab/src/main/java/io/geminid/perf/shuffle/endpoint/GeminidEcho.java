package io.geminid.perf.shuffle.endpoint;

import io.geminid.shuffle.partition.ResultPartition;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Sends a record for each that comes. */
public final class GeminidEcho extends GeminidEndpoint {

    private final int recordBytes;
    private final InetSocketAddress pinger;
    private ResultPartition partition;
    private RecordStream there;

    GeminidEcho(final String service, final Setup setup, final InetSocketAddress pinger) {
        super(service, 1, setup);
        this.recordBytes = setup.recordBytes();
        this.pinger = pinger;
    }

    @Override
    public InetSocketAddress start() throws IOException {
        final InetSocketAddress address = environment().start();
        partition = environment().createResultPartition("echo", partition(ECHO, 1));
        there = new RecordStream(this, partition(PARTITION, 1), pinger, recordBytes);
        return address;
    }

    @Override
    public void run() throws IOException, InterruptedException {
        final ByteBuffer filling = filling(recordBytes);
        for (long number = 0; !Thread.currentThread().isInterrupted(); number++) {
            there.next();
            write(partition, 0, number, filling);
            partition.flush();
            progress((number + 1) * recordBytes, number + 1);
        }
    }

    @Override
    public void close() {
        there.close();
        partition.close();
        environment().close();
    }
}
