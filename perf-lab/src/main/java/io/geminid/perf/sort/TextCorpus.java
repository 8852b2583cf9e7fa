package io.geminid.perf.sort;

import io.geminid.perf.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Real text: what a machine has in its directories, in one file. One thread. */
final class TextCorpus {

    /** Whether a file is text is seen in its first bytes. */
    private static final int LOOK_BYTES = 8 << 10;

    private static final int COPY_BYTES = 1 << 20;

    private TextCorpus() {}

    /**
     * What was found.
     *
     * @param files that are text
     * @param times how often all of them were taken
     * @param bytes of the corpus
     */
    record Collected(int files, double times, long bytes) {}

    /** Fills a file with text; ends with a whole line or in the middle of one. */
    static Collected collect(final List<Path> directories, final long wanted, final Path into)
            throws IOException {
        final List<Path> all = new ArrayList<>();
        for (final Path directory : directories) {
            find(directory, all);
        }
        final byte[] buffer = new byte[COPY_BYTES];
        long bytes = 0;
        int files = 0;
        double times = 0;
        try (OutputStream out = Files.newOutputStream(into)) {
            while (bytes < wanted) {
                final long before = bytes;
                int done = 0;
                for (final Path file : all) {
                    final long copied = copyText(file, wanted - bytes, buffer, out);
                    bytes += copied;
                    files += times == 0 && copied > 0 ? 1 : 0;
                    done++;
                    if (bytes == wanted) {
                        break;
                    }
                }
                if (bytes == before) {
                    throw new CommandFailure("no text below " + directories);
                }
                times += (double) done / all.size();
            }
        }
        return new Collected(files, times, bytes);
    }

    private static void find(final Path directory, final List<Path> into) throws IOException {
        final List<Path> found = new ArrayList<>();
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(
                            final Path file, final BasicFileAttributes attributes) {
                        if (attributes.isRegularFile() && attributes.size() > 0) {
                            found.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(final Path file, final IOException e) {
                        return FileVisitResult.CONTINUE; // whatever may not be read is no corpus
                    }
                });
        found.sort(null);
        into.addAll(found);
    }

    private static long copyText(
            final Path file, final long bytesMax, final byte[] buffer, final OutputStream out)
            throws IOException {
        if (!Files.isReadable(file)) {
            return 0;
        }
        long copied = 0;
        byte last = '\n';
        try (InputStream in = Files.newInputStream(file)) {
            int read = in.readNBytes(buffer, 0, LOOK_BYTES);
            if (!isText(buffer, read)) {
                return 0;
            }
            while (read > 0 && copied < bytesMax) {
                final int bytes = (int) Math.min(read, bytesMax - copied);
                out.write(buffer, 0, bytes);
                copied += bytes;
                last = buffer[bytes - 1];
                read = in.read(buffer);
            }
        }
        if (last != '\n' && copied < bytesMax) {
            out.write('\n');
            copied++;
        }
        return copied;
    }

    private static boolean isText(final byte[] bytes, final int count) {
        for (int i = 0; i < count; i++) {
            if (bytes[i] == 0) {
                return false;
            }
        }
        return true;
    }
}
