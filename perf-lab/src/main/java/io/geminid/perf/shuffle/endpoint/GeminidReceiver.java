package io.geminid.perf.shuffle.endpoint;

import io.geminid.serial.RecordInput;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.record.RawRecordReader;
import io.geminid.shuffle.record.ReadStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;

/** Reads the sender's records and checks that each comes once and in order. */
public final class GeminidReceiver extends GeminidEndpoint {

    private final int recordBytes;
    private final ShuffleDescriptor source;
    private InputGate gate;
    private RawRecordReader reader;

    public GeminidReceiver(
            final String service, final int recordBytes, final InetSocketAddress sender) {
        super(service);
        this.recordBytes = recordBytes;
        this.source = new ShuffleDescriptor(service, PARTITION, UUID.randomUUID(), sender);
    }

    @Override
    public InetSocketAddress start() throws IOException {
        environment().start();
        gate =
                environment()
                        .createInputGate("receiver", List.of(new SubpartitionSource(source, 0)));
        reader = new RawRecordReader(gate, recordBytes);
        gate.requestPartitions();
        return null;
    }

    @Override
    public void run() throws IOException, InterruptedException {
        final RecordInput record = reader.record();
        long expected = 0;
        while (!Thread.currentThread().isInterrupted()) {
            for (int i = 0; i < BATCH_RECORDS; i++) {
                if (reader.next() != ReadStatus.RECORD) {
                    await(gate::awaitAvailable);
                    break;
                }
                final long number = record.getLong();
                if (number != expected || record.remaining() != recordBytes - Long.BYTES) {
                    throw new IOException("record=" + number + " expected=" + expected);
                }
                expected++;
            }
            progress(expected * recordBytes, expected);
        }
    }

    @Override
    public void close() {
        reader.close();
        gate.close();
        environment().close();
    }
}
