package io.geminid.state.gemini.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads what there is of a key group in some files, a few files ahead of whoever takes it, on other
 * threads. What is long, or of a file that is not open, is left to be read by the taker.
 *
 * <p>Task thread only; the buffers are those of the thread that fills or has taken them.
 */
final class ReadAhead {

    /** More is not worth the memory: reading it takes long enough not to matter who does it. */
    private static final int SECTION_BYTES_MAX = 1 << 20;

    private static final int SECTIONS_MAX = 8;

    /** Sizes of buffers are multiples, so that they can be used again. */
    private static final int BUFFER_BYTES = 64 << 10;

    /** Null: nothing is read ahead. */
    private final Executor executor;

    private final Queue<Section> reading = new ArrayDeque<>();
    private final Deque<ByteBuffer> free = new ArrayDeque<>();

    private List<StoredFile> files = List.of();
    private int group;
    private int next;

    /**
     * What there is of the key group in one file.
     *
     * @param claimed by whoever is going to read it
     * @param isRead false if the file was closed before
     */
    private record Section(
            StoredFile file,
            ByteBuffer content,
            AtomicBoolean claimed,
            CompletableFuture<Boolean> isRead) {

        void read(final long from) {
            if (!claimed.compareAndSet(false, true)) {
                return;
            }
            try {
                isRead.complete(file.readIfOpen(from, content));
            } catch (final IOException | RuntimeException e) {
                isRead.completeExceptionally(e);
            } finally {
                isRead.complete(false); // an error is the executor's; the taker reads by itself
            }
        }
    }

    ReadAhead(final Executor executor) {
        this.executor = executor;
    }

    /** Begins with a key group. What was begun before must have been taken, or given up. */
    void begin(final int keyGroup, final List<StoredFile> stored, final int firstFile) {
        if (executor != null) {
            group = keyGroup;
            files = stored;
            next = firstFile;
            readOn();
        }
    }

    private void readOn() {
        while (next < files.size() && reading.size() < SECTIONS_MAX) {
            final StoredFile file = files.get(next);
            next++;
            final long from = file.begin(group, false);
            final long bytes = file.end(group, false) - from;
            if (bytes > 0 && bytes <= SECTION_BYTES_MAX && file.isOpen()) {
                read(file, from, (int) bytes);
            }
        }
    }

    private void read(final StoredFile file, final long from, final int bytes) {
        final Section section =
                new Section(
                        file,
                        buffer(bytes).clear().limit(bytes),
                        new AtomicBoolean(),
                        new CompletableFuture<>());
        try {
            executor.execute(() -> section.read(from));
            reading.add(section);
        } catch (final RejectedExecutionException e) {
            files = List.of(); // the process is about to end
        }
    }

    private ByteBuffer buffer(final int bytes) {
        final ByteBuffer used = free.peek();
        if (used != null && used.capacity() >= bytes) {
            return free.remove();
        }
        final int whole = (bytes + BUFFER_BYTES - 1) / BUFFER_BYTES * BUFFER_BYTES;
        return ByteBuffer.allocateDirect(whole).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * What there is of the key group in the next file.
     *
     * @return to be given back; null: it is to be read by the caller
     * @throws IOException as reading does
     */
    ByteBuffer take(final StoredFile file) throws IOException {
        final Section section = reading.peek();
        if (section == null || section.file != file) {
            return null;
        }
        reading.remove();
        readOn();
        if (section.claimed.compareAndSet(false, true)) {
            giveBack(section.content); // others have more urgent things to do
            return null;
        }
        try {
            return section.isRead.join() ? section.content : null;
        } catch (final CompletionException e) {
            if (e.getCause() instanceof IOException failed) {
                throw failed;
            }
            throw e;
        }
    }

    /** The content of a buffer that was taken is not needed any more. */
    void giveBack(final ByteBuffer taken) {
        if (free.size() < SECTIONS_MAX) {
            free.addLast(taken);
        }
    }

    /** Gives up what was begun: what is being read is for nobody. */
    void end() {
        files = List.of();
        reading.forEach(section -> section.claimed.set(true));
        reading.clear();
    }

    /** Nothing more is going to be read. */
    void close() {
        end();
        free.clear();
    }
}
