package io.geminid.perf.shuffle.endpoint;

import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.partition.ResultPartition;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Writes records of one size into a partition: a number that counts up, and filling. */
public final class GeminidSender extends GeminidEndpoint {

    private final int recordBytes;
    private ResultPartition partition;

    public GeminidSender(final String service, final int recordBytes) {
        super(service);
        this.recordBytes = recordBytes;
    }

    @Override
    public InetSocketAddress start() throws IOException {
        final InetSocketAddress address = environment().start();
        partition = environment().createResultPartition("sender", PARTITION);
        return address;
    }

    @Override
    public void run() throws InterruptedException {
        final ByteBuffer filling = ByteBuffer.allocateDirect(recordBytes - Long.BYTES);
        long number = 0;
        while (!Thread.currentThread().isInterrupted()) {
            if (!partition.isAvailable()) {
                partition.flush();
                await(partition::awaitAvailable);
            }
            for (int i = 0; i < BATCH_RECORDS && partition.isAvailable(); i++) {
                final RecordOutput out = partition.beginRecord(0);
                out.putLong(number++);
                out.putBytes(filling);
                partition.endRecord();
            }
            progress(number * recordBytes, number);
        }
    }

    @Override
    public void close() {
        partition.close();
        environment().close();
    }
}
