package io.geminid.runtime.connector;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file of lines that has another name until it is complete and on disk. */
final class PartFile {

    private final Path path;
    private final String hidden;
    private final String shown;
    private final FileChannel channel;
    private final Writer writer;

    PartFile(final Path parent, final String hidden, final String shown) throws IOException {
        this.hidden = hidden;
        this.shown = shown;
        path = parent.resolve(hidden);
        channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
        writer =
                new BufferedWriter(
                        new OutputStreamWriter(
                                Channels.newOutputStream(channel), StandardCharsets.UTF_8));
    }

    String hidden() {
        return hidden;
    }

    String shown() {
        return shown;
    }

    void write(final String line) throws IOException {
        try {
            writer.append(line).append('\n');
        } catch (final IOException e) {
            throw failure(e);
        }
    }

    /** Nothing more comes. */
    void complete() throws IOException {
        try {
            writer.flush();
        } catch (final IOException e) {
            throw failure(e);
        }
    }

    /** Brings a complete file to disk, but not its name. Any thread; again if it failed. */
    synchronized void force() throws IOException {
        try {
            if (channel.isOpen()) {
                channel.force(true);
                channel.close();
            }
        } catch (final IOException e) {
            throw failure(e);
        }
    }

    /** Leaves the file as it is: nobody promises it. */
    synchronized void close() throws IOException {
        channel.close();
    }

    /** Brings the names in a directory to disk. Any thread. */
    static void forceNames(final Path directory) throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /**
     * Gives a complete file its name. Once done, doing it again changes nothing (INV T2).
     *
     * @throws IOException if it cannot be done now; the file is still there to try again
     */
    static void show(final Path parent, final String hidden, final String shown)
            throws IOException {
        try {
            Files.move(
                    parent.resolve(hidden),
                    parent.resolve(shown),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (final NoSuchFileException e) {
            if (!Files.exists(parent.resolve(shown))) {
                throw new IOException(
                        "file=" + parent.resolve(shown) + " was promised and is gone", e);
            }
        }
    }

    void discard() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }

    private IOException failure(final IOException e) {
        return new IOException(
                "file=" + path.resolveSibling(shown) + " cannot be written: " + e.getMessage(), e);
    }
}
