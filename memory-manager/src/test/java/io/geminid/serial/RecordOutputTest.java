package io.geminid.serial;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.testing.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Records end up in the target if they fit and in scratch if not, whatever came before. */
class RecordOutputTest {

    private static final int RECORDS = 10_000;

    @RegisterExtension final Seed seed = new Seed();

    private final RecordOutput out = new RecordOutput();

    @Test
    void aRecordThatDoesNotFitFollowsAShorterOneInScratch() {
        final ByteBuffer target = ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN);
        out.begin(target, 60, 64);
        out.putLong(1);
        assertThat(out.scratch().remaining()).isEqualTo(Long.BYTES);

        out.begin(target, 0, 64);
        final byte[] more = new byte[40];
        out.putBytes(more, 0, more.length);
        out.putBytes(more, 0, more.length);

        assertThat(out.spilled()).isTrue();
        assertThat(out.scratch().remaining()).isEqualTo(2 * more.length);
    }

    @Test
    void bytesOfABufferAreWrittenInTheirOrderWhateverItsByteOrder() {
        final byte[] bytes = new byte[80];
        seed.random().nextBytes(bytes);
        final ByteBuffer target = ByteBuffer.allocateDirect(128).order(ByteOrder.LITTLE_ENDIAN);
        for (int length = 0; length <= 70; length++) {
            for (final ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
                final ByteBuffer source = ByteBuffer.wrap(bytes).order(order).position(3);
                source.limit(3 + length);
                target.put(0, new byte[128]);
                out.begin(target, 5, 128);
                out.putBytes(source);

                final byte[] written = new byte[128];
                target.get(0, written);
                final byte[] expected = new byte[128];
                System.arraycopy(bytes, 3, expected, 5, length);
                assertThat(written).isEqualTo(expected);
                assertThat(out.length()).isEqualTo(length);
                assertThat(source.remaining()).isEqualTo(length);
            }
        }
    }

    @Test
    void everyRecordReadsBackAsItWasWritten() {
        final Random random = seed.random();
        final ByteBuffer target = ByteBuffer.allocateDirect(256).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < RECORDS; i++) {
            final int from = random.nextInt(257);
            final byte[][] parts = new byte[random.nextInt(6)][];
            out.begin(target, from, 256);
            for (int part = 0; part < parts.length; part++) {
                parts[part] = new byte[random.nextInt(random.nextInt(20) == 0 ? 9_000 : 60)];
                random.nextBytes(parts[part]);
                Serializers.BYTES.write(parts[part], out);
            }
            final RecordInput in = new RecordInput();
            if (out.spilled()) {
                final ByteBuffer scratch = out.scratch();
                in.wrap(scratch, 0, scratch.remaining());
            } else {
                in.wrap(target, from, from + out.length());
            }
            for (final byte[] part : parts) {
                assertThat(Serializers.BYTES.read(in)).isEqualTo(part);
            }
            assertThat(in.remaining()).isZero();
        }
    }
}
