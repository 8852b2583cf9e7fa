package io.geminid.runtime.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.Serializers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes of each kind of element, as they are drawn. */
class StreamElementSerializerTest {

    private final StreamElementSerializer<String> serializer =
            new StreamElementSerializer<>(Serializers.STRING);

    private String bytesOf(final StreamElement<String> element) {
        final RecordOutput out = new RecordOutput();
        serializer.write(element, out);
        final byte[] bytes = new byte[out.length()];
        out.scratch().get(bytes);
        final String text = element.toString();
        assertThat(serializer.read(input(bytes))).hasToString(text);
        return HexFormat.of().formatHex(bytes);
    }

    private static RecordInput input(final byte[] bytes) {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new RecordInput().wrap(buffer, 0, bytes.length);
    }

    @Test
    void everyKindHasItsBytesAndComesBack() {
        final StreamElement<String> element = new StreamElement<>();

        assertThat(bytesOf(element.record("ab", Watermarks.NO_TIMESTAMP))).isEqualTo("00026162");
        assertThat(bytesOf(element.record("ab", 1))).isEqualTo("010100000000000000026162");
        assertThat(bytesOf(element.record("", -1))).isEqualTo("01ffffffffffffffff00");
        assertThat(bytesOf(element.watermark(Watermarks.MAX))).isEqualTo("02ffffffffffffff7f");
        assertThat(bytesOf(element.status(true))).isEqualTo("03");
        assertThat(bytesOf(element.status(false))).isEqualTo("04");
        assertThat(serializer.bytesRead()).isEqualTo(4 + 12 + 10 + 9 + 1 + 1);
    }

    @Test
    void anythingElseIsRefused() {
        assertThatThrownBy(() -> serializer.read(input(new byte[] {5})))
                .isInstanceOf(RecordFormatException.class)
                .hasMessageContaining("streamElementTag=5");
        assertThatThrownBy(() -> serializer.read(input(new byte[] {2, 0})))
                .isInstanceOf(RecordFormatException.class);
        assertThatThrownBy(() -> serializer.read(input(new byte[0])))
                .isInstanceOf(RecordFormatException.class);
    }
}
