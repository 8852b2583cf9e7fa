package io.geminid.shuffle.sortmerge;

import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file on a disk that has only so much room. */
final class FullDisk extends WrittenFile {

    private long room;

    private FullDisk(final FileChannel file, final long room) {
        super(file);
        this.room = room;
    }

    static FileChannel of(final PartitionFiles files, final long room) throws IOException {
        return new FullDisk(files.createData(), room);
    }

    @Override
    public int write(final ByteBuffer from) throws IOException {
        final int allowed = (int) Math.min(room, from.remaining());
        if (allowed == 0 && from.hasRemaining()) {
            throw new IOException("No space left on device");
        }
        final ByteBuffer part = from.slice(from.position(), allowed);
        final int written = file().write(part);
        from.position(from.position() + written);
        room -= written;
        return written;
    }
}
