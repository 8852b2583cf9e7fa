package io.geminid.flink.state.bytes;

import io.geminid.serial.RecordInput;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;

/** What a serializer of Flink's reads from. */
final class RecordInputView implements DataInputView {

    private RecordInput in;

    RecordInputView over(final RecordInput source) {
        if (in != source) {
            in = source;
        }
        return this;
    }

    @Override
    public void skipBytesToRead(final int numBytes) throws EOFException {
        require(numBytes);
        in.skip(numBytes);
    }

    @Override
    public int read(final byte[] target, final int offset, final int length) {
        final int count = Math.min(length, in.remaining());
        if (count == 0 && length > 0) {
            return -1;
        }
        in.getBytes(target, offset, count);
        return count;
    }

    @Override
    public int read(final byte[] target) {
        return read(target, 0, target.length);
    }

    @Override
    public void readFully(final byte[] target) throws EOFException {
        readFully(target, 0, target.length);
    }

    @Override
    public void readFully(final byte[] target, final int offset, final int length)
            throws EOFException {
        require(length);
        in.getBytes(target, offset, length);
    }

    @Override
    public int skipBytes(final int numBytes) {
        final int count = Math.max(0, Math.min(numBytes, in.remaining()));
        in.skip(count);
        return count;
    }

    @Override
    public boolean readBoolean() throws EOFException {
        return readByte() != 0;
    }

    @Override
    public byte readByte() throws EOFException {
        require(Byte.BYTES);
        return in.getByte();
    }

    @Override
    public int readUnsignedByte() throws EOFException {
        return readByte() & 0xFF;
    }

    @Override
    public short readShort() throws EOFException {
        require(Short.BYTES);
        return Short.reverseBytes(in.getShort());
    }

    @Override
    public int readUnsignedShort() throws EOFException {
        return readShort() & 0xFFFF;
    }

    @Override
    public char readChar() throws EOFException {
        return (char) readShort();
    }

    @Override
    public int readInt() throws EOFException {
        require(Integer.BYTES);
        return Integer.reverseBytes(in.getInt());
    }

    @Override
    public long readLong() throws EOFException {
        require(Long.BYTES);
        return Long.reverseBytes(in.getLong());
    }

    @Override
    public float readFloat() throws EOFException {
        return Float.intBitsToFloat(readInt());
    }

    @Override
    public double readDouble() throws EOFException {
        return Double.longBitsToDouble(readLong());
    }

    @Override
    public String readLine() throws EOFException {
        if (in.remaining() == 0) {
            return null;
        }
        final StringBuilder line = new StringBuilder();
        while (in.remaining() > 0) {
            final char c = (char) readUnsignedByte();
            if (c == '\n') {
                break;
            }
            line.append(c);
        }
        final int last = line.length() - 1;
        if (last >= 0 && line.charAt(last) == '\r') {
            line.setLength(last);
        }
        return line.toString();
    }

    @Override
    public String readUTF() throws IOException {
        return DataInputStream.readUTF(this);
    }

    private void require(final int bytes) throws EOFException {
        if (bytes > in.remaining()) {
            throw new EOFException("wantedBytes=" + bytes + " remaining=" + in.remaining());
        }
    }
}
