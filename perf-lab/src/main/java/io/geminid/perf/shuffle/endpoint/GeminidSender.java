package io.geminid.perf.shuffle.endpoint;

import io.geminid.shuffle.partition.ResultPartition;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Writes records of one size into a partition: a number that counts up, and filling. */
public final class GeminidSender extends GeminidEndpoint {

    private final int recordBytes;
    private final int channels;
    private ResultPartition partition;

    GeminidSender(final String service, final Setup setup) {
        super(service, 0, setup);
        this.recordBytes = setup.recordBytes();
        this.channels = setup.channels();
    }

    @Override
    public InetSocketAddress start() throws IOException {
        final InetSocketAddress address = environment().start();
        partition = environment().createResultPartition("sender", partition(PARTITION, channels));
        return address;
    }

    @Override
    public void run() throws InterruptedException {
        final ByteBuffer filling = filling(recordBytes);
        long number = 0;
        int channel = 0;
        while (!Thread.currentThread().isInterrupted()) {
            if (!partition.isAvailable()) {
                partition.flush();
                await(partition::awaitAvailable);
            }
            for (int i = 0; i < BATCH_RECORDS && partition.isAvailable(); i++) {
                write(partition, channel, number++, filling);
                channel = channel + 1 == channels ? 0 : channel + 1;
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
