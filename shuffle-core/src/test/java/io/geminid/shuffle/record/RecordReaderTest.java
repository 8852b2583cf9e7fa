package io.geminid.shuffle.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.serial.RecordInput;
import io.geminid.serial.Serializers;
import io.geminid.shuffle.event.EndOfData;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.event.UserEvent;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RecordReaderTest {

    private static final int RECORD_BYTES_MAX = 1 << 20;

    @RegisterExtension final Seed seed = new Seed();

    private static byte[] stream(final List<byte[]> records) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (final byte[] record : records) {
            bytes.writeBytes(intBytes(record.length));
            bytes.writeBytes(record);
        }
        return bytes.toByteArray();
    }

    private static byte[] intBytes(final int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private static List<byte[]> records(final Random random, final int... sizes) {
        final List<byte[]> records = new ArrayList<>();
        for (final int size : sizes) {
            final byte[] record = new byte[size];
            random.nextBytes(record);
            records.add(record);
        }
        return records;
    }

    private static byte[] bytes(final RecordInput in) {
        final byte[] bytes = new byte[in.remaining()];
        in.getBytes(bytes, 0, bytes.length);
        return bytes;
    }

    private static List<byte[]> readAll(final ChunkGate gate) throws IOException {
        final List<byte[]> read = new ArrayList<>();
        try (RawRecordReader reader = new RawRecordReader(gate, RECORD_BYTES_MAX)) {
            while (reader.next() == ReadStatus.RECORD) {
                read.add(bytes(reader.record()));
            }
        }
        assertThat(gate.held()).isZero();
        return read;
    }

    // INV U12: lengths and records are cut at every place, once and twice.
    @Test
    void recordsAreWholeWhereverTheStreamIsCut() throws IOException {
        final List<byte[]> records = records(seed.random(), 0, 1, 5, 0, 17, 4, 0);
        final byte[] stream = stream(records);
        for (int first = 0; first <= stream.length; first++) {
            for (int second = first; second <= stream.length; second++) {
                final ChunkGate gate =
                        new ChunkGate(1)
                                .add(0, stream, 0, first)
                                .add(0, stream, first, second)
                                .add(0, stream, second, stream.length);
                assertThat(readAll(gate))
                        .as("cuts=%s,%s", first, second)
                        .containsExactlyElementsOf(records);
            }
        }
    }

    // INV U12
    @Test
    void channelsDoNotMixWhateverTheirPieces() {
        new PropertyRunner(seed, 200, 12)
                .check(
                        (random, size) -> {
                            final int channels = 1 + random.nextInt(4);
                            final ChunkGate gate = new ChunkGate(channels);
                            final List<List<byte[]>> sent = new ArrayList<>();
                            final byte[][] streams = new byte[channels][];
                            final int[] done = new int[channels];
                            int left = 0;
                            for (int channel = 0; channel < channels; channel++) {
                                final int[] sizes =
                                        random.ints(size, 0, 1 + (100 << random.nextInt(9)))
                                                .toArray();
                                sent.add(records(random, sizes));
                                streams[channel] = stream(sent.get(channel));
                                left += streams[channel].length;
                            }
                            while (left > 0) {
                                final int channel = random.nextInt(channels);
                                final int from = done[channel];
                                final int room = streams[channel].length - from;
                                final int count = Math.min(room, 1 + random.nextInt(5_000));
                                gate.add(channel, streams[channel], from, from + count);
                                done[channel] += count;
                                left -= count;
                            }
                            requireSame(gate, sent);
                        });
    }

    private static void requireSame(final ChunkGate gate, final List<List<byte[]>> sent)
            throws IOException {
        final List<List<byte[]>> read = new ArrayList<>();
        sent.forEach(any -> read.add(new ArrayList<>()));
        try (RawRecordReader reader = new RawRecordReader(gate, RECORD_BYTES_MAX)) {
            while (reader.next() == ReadStatus.RECORD) {
                read.get(reader.channel()).add(bytes(reader.record()));
            }
        }
        for (int channel = 0; channel < sent.size(); channel++) {
            assertThat(read.get(channel)).containsExactlyElementsOf(sent.get(channel));
        }
    }

    @Test
    void badLengthsNameChannelAndPartition() {
        final byte[] good = stream(records(seed.random(), 10));
        for (final int length : new int[] {-1, Integer.MIN_VALUE, 101, Integer.MAX_VALUE}) {
            final byte[] bad = intBytes(length);
            for (int cut = 0; cut <= bad.length; cut++) {
                final ChunkGate gate =
                        new ChunkGate(2)
                                .add(1, good, 0, good.length)
                                .add(1, bad, 0, cut)
                                .add(1, bad, cut, bad.length);
                try (RawRecordReader reader = new RawRecordReader(gate, 100)) {
                    assertThatThrownBy(
                                    () -> {
                                        assertThat(reader.next()).isEqualTo(ReadStatus.RECORD);
                                        reader.next();
                                    })
                            .isInstanceOf(IOException.class)
                            .hasMessage(
                                    "channel=1 partition=test recordBytes="
                                            + length
                                            + " recordBytesMax=100");
                }
                assertThat(gate.held()).isZero();
            }
        }
    }

    @Test
    void aRecordThatIsTooLongIsRefusedEvenIfItIsThere() {
        final byte[] stream = stream(records(seed.random(), 101));
        final ChunkGate gate = new ChunkGate(1).add(0, stream, 0, stream.length);
        try (RawRecordReader reader = new RawRecordReader(gate, 100)) {
            assertThatThrownBy(reader::next)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("recordBytes=101 recordBytesMax=100");
        }
    }

    @Test
    void aRecordOfTheGreatestLengthIsRead() throws IOException {
        final List<byte[]> records = records(seed.random(), 100);
        final byte[] stream = stream(records);
        final ChunkGate gate = new ChunkGate(1).add(0, stream, 0, stream.length);
        try (RawRecordReader reader = new RawRecordReader(gate, 100)) {
            assertThat(reader.next()).isEqualTo(ReadStatus.RECORD);
            assertThat(reader.record().remaining()).isEqualTo(100);
        }
    }

    @Test
    void aChannelThatEndsWithinARecordIsBroken() {
        final byte[] stream = stream(records(seed.random(), 10));
        for (int cut = 1; cut < stream.length; cut++) {
            final ChunkGate gate =
                    new ChunkGate(1).add(0, stream, 0, cut).add(0, new EndOfData(true));
            final String arrived = "arrivedBytes=" + Math.max(0, cut - Integer.BYTES);
            try (RawRecordReader reader = new RawRecordReader(gate, 100)) {
                assertThatThrownBy(reader::next)
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith("channel=0 partition=test event=EndOfData")
                        .hasMessageEndingWith(arrived);
            }
        }
    }

    // INV U2: a priority event may come between the pieces of a record.
    @Test
    void eventsComeBetweenAndWithinRecords() throws IOException {
        final byte[] stream = stream(records(seed.random(), 10));
        final UserEvent event = new UserEvent(1, 2, false);
        final ChunkGate gate =
                new ChunkGate(1)
                        .add(0, stream, 0, 6)
                        .add(0, event)
                        .add(0, stream, 6, stream.length)
                        .add(0, new EndOfData(true))
                        .add(0, new EndOfPartition());
        try (RawRecordReader reader = new RawRecordReader(gate, 100)) {
            assertThat(reader.next()).isEqualTo(ReadStatus.EVENT);
            assertThat(reader.event()).isEqualTo(event);
            assertThat(reader.next()).isEqualTo(ReadStatus.RECORD);
            assertThat(reader.record().remaining()).isEqualTo(10);
            assertThat(reader.next()).isEqualTo(ReadStatus.EVENT);
            assertThat(reader.next()).isEqualTo(ReadStatus.EVENT);
            assertThat(reader.event()).isEqualTo(new EndOfPartition());
            assertThat(reader.next()).isEqualTo(ReadStatus.FINISHED);
            assertThat(reader.next()).isEqualTo(ReadStatus.FINISHED);
        }
    }

    @Test
    void aValueThatCannotBeReadNamesTheChannel() {
        final byte[] tooShort = stream(List.of(new byte[3]));
        final byte[] tooLong = stream(List.of(new byte[9]));
        for (final byte[] stream : List.of(tooShort, tooLong)) {
            final ChunkGate gate = new ChunkGate(1).add(0, stream, 0, stream.length);
            try (RecordReader<Long> reader = new RecordReader<>(gate, Serializers.LONG, 100)) {
                assertThatThrownBy(reader::next)
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith("channel=0 partition=test serializer=int64 ");
            }
        }
    }

    @Test
    void memoryForALongRecordGrowsWithWhatHasArrived() {
        final SpanningRecord record = new SpanningRecord();
        final ByteBuffer length = ByteBuffer.wrap(intBytes(1 << 30));
        record.gatherLength(length, 0, Integer.BYTES);
        record.gather(length, 0, 1);

        assertThat(record.missingBytes()).isEqualTo((1 << 30) - 1);
        assertThat(record.finish().capacity()).isLessThan(1 << 12);
    }
}
