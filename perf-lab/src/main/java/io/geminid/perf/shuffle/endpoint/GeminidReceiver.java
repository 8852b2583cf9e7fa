package io.geminid.perf.shuffle.endpoint;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Reads the sender's records. */
public final class GeminidReceiver extends GeminidEndpoint {

    private final int recordBytes;
    private final int channels;
    private final InetSocketAddress sender;
    private RecordStream records;

    GeminidReceiver(final String service, final Setup setup, final InetSocketAddress sender) {
        super(service, 1, setup);
        this.recordBytes = setup.recordBytes();
        this.channels = setup.channels();
        this.sender = sender;
    }

    @Override
    public InetSocketAddress start() throws IOException {
        environment().start();
        records = new RecordStream(this, partition(PARTITION, channels), sender, recordBytes);
        return null;
    }

    @Override
    public void run() throws IOException, InterruptedException {
        long count = 0;
        while (!Thread.currentThread().isInterrupted()) {
            for (int i = 0; i < BATCH_RECORDS; i++) {
                if (!records.poll()) {
                    records.await();
                    break;
                }
                count++;
            }
            progress(count * recordBytes, count);
        }
    }

    @Override
    public void close() {
        records.close();
        environment().close();
    }
}
