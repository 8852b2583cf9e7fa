package io.geminid.shuffle.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventCodecTest {

    @RegisterExtension final Seed seed = new Seed();

    private static byte[] write(final ShuffleEvent event) {
        final RecordOutput out = new RecordOutput();
        out.beginInScratch();
        EventCodec.write(event, out);
        final byte[] bytes = new byte[out.length()];
        out.scratch().get(0, bytes);
        return bytes;
    }

    private static ShuffleEvent read(final byte[] bytes) {
        final ByteBuffer memory = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return EventCodec.read(new RecordInput().wrap(memory, 0, bytes.length));
    }

    @Test
    void everyEventComesBackAsItWas() {
        final List<ShuffleEvent> events =
                List.of(
                        new EndOfData(true),
                        new EndOfData(false),
                        new EndOfPartition(),
                        new UserEvent(-7, Long.MIN_VALUE, true),
                        new UserEvent(Integer.MAX_VALUE, 42, false),
                        new CheckpointBarrier(7, 6, BarrierKind.ALIGNED_FOR_A_TIME, 5),
                        new CheckpointBarrier(Long.MAX_VALUE, 0, BarrierKind.UNALIGNED, 0));
        for (final ShuffleEvent event : events) {
            assertThat(read(write(event))).isEqualTo(event);
            assertThat(write(event).length).isLessThanOrEqualTo(EventCodec.EVENT_BYTES_MAX);
        }
    }

    @Test
    void theBytesNeverChange() {
        final HexFormat hex = HexFormat.of();

        assertThat(hex.formatHex(write(new EndOfData(true)))).isEqualTo("0101");
        assertThat(hex.formatHex(write(new EndOfPartition()))).isEqualTo("02");
        assertThat(hex.formatHex(write(new UserEvent(5, 0x0102, true))))
                .isEqualTo("0301050000000201000000000000");
    }

    @Test
    void bytesThatAreNoEventAreRefused() {
        for (final String bad :
                List.of("", "00", "7f", "01", "0102", "010100", "0200", "0302", "03010500")) {
            assertThatThrownBy(() -> read(HexFormat.of().parseHex(bad)))
                    .as(bad)
                    .isInstanceOf(RecordFormatException.class);
        }
    }

    @Test
    void anyBytesAreAnEventOrRefused() {
        new PropertyRunner(seed, 3_000, EventCodec.EVENT_BYTES_MAX)
                .check(
                        (random, size) -> {
                            final byte[] bytes = new byte[random.nextInt(size + 1)];
                            random.nextBytes(bytes);
                            if (bytes.length > 0) {
                                bytes[0] = (byte) random.nextInt(5);
                            }
                            try {
                                assertThat(write(read(bytes))).isEqualTo(bytes);
                            } catch (final RecordFormatException e) {
                                assertThat(e).hasMessageMatching(".*=.*");
                            }
                        });
    }
}
