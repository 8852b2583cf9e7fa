package io.geminid.shuffle.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.unix.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;

/**
 * Shows Netty a piece of direct memory that belongs to somebody else, so that sockets read into it
 * and write from it without a copy. Reused: {@link #point} at another piece once the last one was
 * let go, so that nothing is allocated for a frame.
 *
 * <p>Used on the connection's thread only.
 */
abstract class MemoryByteBuf extends OpaqueByteBuf {

    private final boolean nativeIo;
    private ByteBuffer memory;
    private int offset;
    private int lengthBytes;
    private long address;

    /**
     * @param nativeIo whether addresses are wanted, not NIO buffers
     */
    MemoryByteBuf(final boolean nativeIo) {
        this.nativeIo = nativeIo;
        setRefCnt(0);
    }

    /** Shows a piece of direct memory; the holder releases this once. */
    final void point(final ByteBuffer piece, final int from, final int count) {
        assert refCnt() == 0;
        memory = piece;
        offset = from;
        lengthBytes = count;
        address = nativeIo ? Buffer.memoryAddress(piece) + from : 0;
        resetRefCnt();
        setIndex(0, 0);
    }

    /** The bytes were written or given up, or were read into. */
    abstract void letGo();

    @Override
    protected final void deallocate() {
        memory = null;
        letGo();
    }

    @Override
    public int capacity() {
        return lengthBytes;
    }

    @Override
    public int maxCapacity() {
        return lengthBytes;
    }

    @Override
    public boolean isDirect() {
        return true;
    }

    @Override
    public boolean hasMemoryAddress() {
        return nativeIo;
    }

    @Override
    public long memoryAddress() {
        return address;
    }

    @Override
    public int nioBufferCount() {
        return 1;
    }

    @Override
    public ByteBuffer nioBuffer(final int index, final int length) {
        return memory.slice(offset + index, length);
    }

    @Override
    public ByteBuffer internalNioBuffer(final int index, final int length) {
        return nioBuffer(index, length);
    }

    @Override
    public ByteBuffer[] nioBuffers(final int index, final int length) {
        return new ByteBuffer[] {nioBuffer(index, length)};
    }

    @Override
    public int setBytes(final int index, final ScatteringByteChannel in, final int length)
            throws IOException {
        return in.read(nioBuffer(index, length));
    }

    @Override
    public int getBytes(final int index, final GatheringByteChannel out, final int length)
            throws IOException {
        return out.write(nioBuffer(index, length));
    }

    @Override
    public ByteBufAllocator alloc() {
        return UnpooledByteBufAllocator.DEFAULT;
    }

    @Override
    @SuppressWarnings("deprecation")
    public ByteOrder order() {
        return ByteOrder.BIG_ENDIAN;
    }

    @Override
    public ByteBuf unwrap() {
        return null;
    }

    @Override
    public boolean hasArray() {
        return false;
    }
}
