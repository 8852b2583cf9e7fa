package io.geminid.flink.state.bytes;

import io.geminid.serial.RecordOutput;
import java.io.IOException;
import java.io.UTFDataFormatException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** What a serializer of Flink's writes to: big-endian, as everywhere in Flink. */
final class RecordOutputView implements DataOutputView {

    private static final int UTF_BYTES_MAX = 65_535;

    private RecordOutput out;

    RecordOutputView over(final RecordOutput target) {
        if (out != target) {
            out = target;
        }
        return this;
    }

    @Override
    public void skipBytesToWrite(final int numBytes) {
        for (int i = 0; i < numBytes; i++) {
            out.putByte(0);
        }
    }

    @Override
    public void write(final DataInputView source, final int numBytes) throws IOException {
        final byte[] bytes = new byte[numBytes];
        source.readFully(bytes);
        out.putBytes(bytes, 0, numBytes);
    }

    @Override
    public void write(final int value) {
        out.putByte(value);
    }

    @Override
    public void write(final byte[] source) {
        out.putBytes(source, 0, source.length);
    }

    @Override
    public void write(final byte[] source, final int offset, final int length) {
        out.putBytes(source, offset, length);
    }

    @Override
    public void writeBoolean(final boolean value) {
        out.putByte(value ? 1 : 0);
    }

    @Override
    public void writeByte(final int value) {
        out.putByte(value);
    }

    @Override
    public void writeShort(final int value) {
        out.putShort(Short.reverseBytes((short) value));
    }

    @Override
    public void writeChar(final int value) {
        out.putShort(Character.reverseBytes((char) value));
    }

    @Override
    public void writeInt(final int value) {
        out.putInt(Integer.reverseBytes(value));
    }

    @Override
    public void writeLong(final long value) {
        out.putLong(Long.reverseBytes(value));
    }

    @Override
    public void writeFloat(final float value) {
        writeInt(Float.floatToIntBits(value));
    }

    @Override
    public void writeDouble(final double value) {
        writeLong(Double.doubleToLongBits(value));
    }

    @Override
    public void writeBytes(final String text) {
        for (int i = 0; i < text.length(); i++) {
            out.putByte(text.charAt(i));
        }
    }

    @Override
    public void writeChars(final String text) {
        for (int i = 0; i < text.length(); i++) {
            writeChar(text.charAt(i));
        }
    }

    /** As {@link java.io.DataOutput} asks for: length, then one to three bytes a character. */
    @Override
    public void writeUTF(final String text) throws UTFDataFormatException {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            bytes += c >= 0x0001 && c <= 0x007F ? 1 : c > 0x07FF ? 3 : 2;
        }
        if (bytes > UTF_BYTES_MAX) {
            throw new UTFDataFormatException("utfBytes=" + bytes + " max=" + UTF_BYTES_MAX);
        }
        writeShort((int) bytes);
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c >= 0x0001 && c <= 0x007F) {
                out.putByte(c);
            } else if (c > 0x07FF) {
                out.putByte(0xE0 | c >> 12 & 0x0F);
                out.putByte(0x80 | c >> 6 & 0x3F);
                out.putByte(0x80 | c & 0x3F);
            } else {
                out.putByte(0xC0 | c >> 6 & 0x1F);
                out.putByte(0x80 | c & 0x3F);
            }
        }
    }
}
