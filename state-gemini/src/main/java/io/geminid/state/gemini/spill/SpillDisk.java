package io.geminid.state.gemini.spill;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes files that are written and read anywhere; a test's may be full, or damage what it has. */
@FunctionalInterface
public interface SpillDisk {

    /** An open file. Any thread may read; one at a time writes. */
    interface SpillFile extends Closeable {

        /**
         * Writes all that is left of a buffer.
         *
         * @param position of its first byte
         * @param source is consumed
         * @throws IOException when the disk is full or fails
         */
        void write(long position, ByteBuffer source) throws IOException;

        /**
         * Reads until the buffer is full, or the file ends.
         *
         * @param position of the first byte
         * @param target receives the bytes
         * @throws IOException when the disk fails
         */
        void read(long position, ByteBuffer target) throws IOException;
    }

    /**
     * Makes an empty file, and its directories.
     *
     * @param path of the file, which is not there
     * @return open
     * @throws IOException when it cannot be made
     */
    SpillFile create(Path path) throws IOException;

    /**
     * The disks of this host.
     *
     * @return makes ordinary files
     */
    static SpillDisk ofHost() {
        return path -> {
            Files.createDirectories(path.getParent());
            final FileChannel channel =
                    FileChannel.open(
                            path,
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            return new SpillFile() {
                @Override
                public void write(final long position, final ByteBuffer source) throws IOException {
                    long at = position;
                    while (source.hasRemaining()) {
                        at += channel.write(source, at);
                    }
                }

                @Override
                public void read(final long position, final ByteBuffer target) throws IOException {
                    long at = position;
                    while (target.hasRemaining()) {
                        final int count = channel.read(target, at);
                        if (count < 0) {
                            return;
                        }
                        at += count;
                    }
                }

                @Override
                public void close() throws IOException {
                    channel.close();
                }
            };
        };
    }
}
