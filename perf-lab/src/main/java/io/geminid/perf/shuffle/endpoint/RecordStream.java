package io.geminid.perf.shuffle.endpoint;

import io.geminid.serial.RecordInput;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.record.RawRecordReader;
import io.geminid.shuffle.record.ReadStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The records of one partition; checks that each comes once and in the order of its channel. They
 * count up, over all channels in turn.
 */
final class RecordStream implements AutoCloseable {

    private final GeminidEndpoint endpoint;
    private final int recordBytes;
    private final InputGate gate;
    private final RawRecordReader reader;
    private final RecordInput record;
    private final long[] expected;

    RecordStream(
            final GeminidEndpoint endpoint,
            final PartitionDescriptor partition,
            final InetSocketAddress producer,
            final int recordBytes)
            throws IOException {
        this.endpoint = endpoint;
        this.recordBytes = recordBytes;
        final ShuffleDescriptor source =
                new ShuffleDescriptor(endpoint.service(), partition, UUID.randomUUID(), producer);
        final int channels = partition.subpartitionCount();
        gate =
                endpoint.environment()
                        .createInputGate(
                                "receiver",
                                IntStream.range(0, channels)
                                        .mapToObj(each -> new SubpartitionSource(source, each))
                                        .toList());
        expected = LongStream.range(0, channels).toArray();
        reader = new RawRecordReader(gate, recordBytes);
        record = reader.record();
        gate.requestPartitions();
    }

    /**
     * Reads a record if there is one.
     *
     * @return false if there is none
     */
    boolean poll() throws IOException {
        if (reader.next() != ReadStatus.RECORD) {
            return false;
        }
        final long number = record.getLong();
        final int channel = reader.channel();
        if (number != expected[channel] || record.remaining() != recordBytes - Long.BYTES) {
            throw new IOException("record=" + number + " expected=" + expected[channel]);
        }
        expected[channel] += expected.length;
        return true;
    }

    /** Waits until there is something to look at. */
    void await() throws InterruptedException {
        endpoint.await(gate::awaitAvailable);
    }

    /** Waits for a record. */
    void next() throws IOException, InterruptedException {
        while (!poll()) {
            await();
        }
    }

    @Override
    public void close() {
        reader.close();
        gate.close();
    }
}
