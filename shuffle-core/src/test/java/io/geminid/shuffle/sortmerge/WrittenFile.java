package io.geminid.shuffle.sortmerge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file that is only written, one buffer after the other; what else there is it has not. */
abstract class WrittenFile extends FileChannel {

    private final FileChannel file;

    WrittenFile(final FileChannel file) {
        this.file = file;
    }

    final FileChannel file() {
        return file;
    }

    @Override
    public long write(final ByteBuffer[] from, final int offset, final int length)
            throws IOException {
        for (int i = offset; i < offset + length; i++) {
            if (from[i].hasRemaining()) {
                return write(from[i]);
            }
        }
        return 0;
    }

    @Override
    public void force(final boolean metaData) throws IOException {
        file.force(metaData);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }

    @Override
    public int read(final ByteBuffer to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(final ByteBuffer[] to, final int offset, final int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(final ByteBuffer to, final long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(final ByteBuffer from, final long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public FileChannel position(final long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public FileChannel truncate(final long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(
            final long position, final long count, final WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(
            final ReadableByteChannel source, final long position, final long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(final MapMode mode, final long position, final long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(final long position, final long size, final boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(final long position, final long size, final boolean shared) {
        throw new UnsupportedOperationException();
    }
}
