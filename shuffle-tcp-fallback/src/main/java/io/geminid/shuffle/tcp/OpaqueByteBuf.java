package io.geminid.shuffle.tcp;

import io.netty.buffer.AbstractReferenceCountedByteBuf;
import io.netty.buffer.ByteBuf;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Bytes that only a socket may read or write: whatever would look at them from Java is refused.
 * Says no to three dozen methods, so that {@link MemoryByteBuf} has only those that matter.
 */
abstract class OpaqueByteBuf extends AbstractReferenceCountedByteBuf {

    OpaqueByteBuf() {
        super(Integer.MAX_VALUE);
    }

    private static UnsupportedOperationException opaque() {
        return new UnsupportedOperationException("only a socket may look at these bytes");
    }

    @Override
    public final ByteBuf capacity(final int newCapacity) {
        throw opaque();
    }

    @Override
    public final ByteBuf getBytes(
            final int index, final ByteBuf dst, final int dstIndex, final int length) {
        throw opaque();
    }

    @Override
    public final ByteBuf getBytes(
            final int index, final byte[] dst, final int dstIndex, final int length) {
        throw opaque();
    }

    @Override
    public final ByteBuf getBytes(final int index, final ByteBuffer dst) {
        throw opaque();
    }

    @Override
    public final ByteBuf getBytes(final int index, final OutputStream out, final int length) {
        throw opaque();
    }

    @Override
    public final int getBytes(
            final int index, final FileChannel out, final long position, final int length) {
        throw opaque();
    }

    @Override
    public final ByteBuf setBytes(
            final int index, final ByteBuf src, final int srcIndex, final int length) {
        throw opaque();
    }

    @Override
    public final ByteBuf setBytes(
            final int index, final byte[] src, final int srcIndex, final int length) {
        throw opaque();
    }

    @Override
    public final ByteBuf setBytes(final int index, final ByteBuffer src) {
        throw opaque();
    }

    @Override
    public final int setBytes(final int index, final InputStream in, final int length) {
        throw opaque();
    }

    @Override
    public final int setBytes(
            final int index, final FileChannel in, final long position, final int length) {
        throw opaque();
    }

    @Override
    public final ByteBuf copy(final int index, final int length) {
        throw opaque();
    }

    @Override
    public final byte[] array() {
        throw opaque();
    }

    @Override
    public final int arrayOffset() {
        throw opaque();
    }

    @Override
    protected final byte _getByte(final int index) {
        throw opaque();
    }

    @Override
    protected final short _getShort(final int index) {
        throw opaque();
    }

    @Override
    protected final short _getShortLE(final int index) {
        throw opaque();
    }

    @Override
    protected final int _getUnsignedMedium(final int index) {
        throw opaque();
    }

    @Override
    protected final int _getUnsignedMediumLE(final int index) {
        throw opaque();
    }

    @Override
    protected final int _getInt(final int index) {
        throw opaque();
    }

    @Override
    protected final int _getIntLE(final int index) {
        throw opaque();
    }

    @Override
    protected final long _getLong(final int index) {
        throw opaque();
    }

    @Override
    protected final long _getLongLE(final int index) {
        throw opaque();
    }

    @Override
    protected final void _setByte(final int index, final int value) {
        throw opaque();
    }

    @Override
    protected final void _setShort(final int index, final int value) {
        throw opaque();
    }

    @Override
    protected final void _setShortLE(final int index, final int value) {
        throw opaque();
    }

    @Override
    protected final void _setMedium(final int index, final int value) {
        throw opaque();
    }

    @Override
    protected final void _setMediumLE(final int index, final int value) {
        throw opaque();
    }

    @Override
    protected final void _setInt(final int index, final int value) {
        throw opaque();
    }

    @Override
    protected final void _setIntLE(final int index, final int value) {
        throw opaque();
    }

    @Override
    protected final void _setLong(final int index, final long value) {
        throw opaque();
    }

    @Override
    protected final void _setLongLE(final int index, final long value) {
        throw opaque();
    }
}
