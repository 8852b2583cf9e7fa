package io.geminid.state.checkpoint.merge;

import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.storage.SnapshotFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One subtask's ranges: the small ones in the group's files, each large one in its own. */
final class MergingWriter implements SnapshotWriter {
    /** First memory of a range; it doubles as the range grows. */
    private static final int BUFFER_BYTES_MIN = 4096;

    private final MergeGroup group;

    /** Files of large ranges. Guarded by this, as all that follows. */
    private final Set<SnapshotFile> ownFiles = new LinkedHashSet<>();

    private final Set<Output> unfinished = new HashSet<>();
    private boolean ended;
    private boolean committed;
    private boolean closed;
    private boolean anySmall;

    /** The group has counted this writer. */
    MergingWriter(final MergeGroup group) {
        this.group = group;
    }

    @Override
    public synchronized StateOutput open(final StateScope scope) {
        if (ended) {
            throw new IllegalStateException("ended writer checkpoint=" + group.id());
        }
        final Output output = new Output(scope);
        unfinished.add(output);
        return output;
    }

    @Override
    public CompletableFuture<Void> commit() {
        final boolean waitsForGroup;
        synchronized (this) {
            if (ended || !unfinished.isEmpty()) {
                throw new IllegalStateException(
                        "checkpoint="
                                + group.id()
                                + " openOutputs="
                                + unfinished.size()
                                + " ended="
                                + ended);
            }
            ended = true;
            waitsForGroup = anySmall;
        }
        try {
            for (final SnapshotFile file : ownFiles) {
                file.commit();
            }
            synchronized (this) {
                committed = true;
            }
            group.endWriter(true);
        } catch (final IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        // Never the group's own future: whoever gets it could complete it for all.
        return waitsForGroup ? group.durable().copy() : CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (committed || closed) {
                return;
            }
            closed = true;
            ended = true;
            unfinished.clear();
        }
        try {
            for (final SnapshotFile file : ownFiles) {
                file.discard();
            }
        } finally {
            group.endWriter(false);
        }
    }

    /** A range: in memory as long as it is small. */
    private final class Output implements StateOutput {
        private final StateScope scope;
        private ByteBuffer memory = ByteBuffer.allocate(0);
        private SnapshotFile file;
        private long position;
        private boolean open = true;

        Output(final StateScope scope) {
            this.scope = scope;
        }

        @Override
        public void write(final ByteBuffer source) throws IOException {
            checkOpen();
            position += source.remaining();
            if (file == null && memory.position() + source.remaining() <= smallBytes()) {
                reserve(source.remaining());
                memory.put(source);
                return;
            }
            if (file == null) {
                file = group.ownFile(scope);
                synchronized (MergingWriter.this) {
                    ownFiles.add(file);
                }
                file.write(memory.flip());
                memory = null;
            }
            file.write(source);
        }

        private int smallBytes() {
            return group.limits().smallBytes();
        }

        private void reserve(final int more) {
            if (memory.remaining() < more) {
                final int wanted =
                        Math.max(
                                memory.position() + more,
                                Math.max(BUFFER_BYTES_MIN, 2 * memory.capacity()));
                memory = ByteBuffer.allocate(wanted).put(memory.flip());
            }
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public StateHandle finish() throws IOException {
            checkOpen();
            final StateHandle handle;
            if (file == null) {
                handle = group.append(scope, memory.flip());
                memory = null;
            } else {
                handle = new StateHandle(file.file(), 0, file.payloadBytes());
            }
            open = false;
            synchronized (MergingWriter.this) {
                unfinished.remove(this);
                anySmall |= file == null;
            }
            return handle;
        }

        private void checkOpen() {
            synchronized (MergingWriter.this) {
                if (!open || ended) {
                    throw new IllegalStateException("ended output checkpoint=" + group.id());
                }
            }
        }

        @Override
        public void close() throws IOException {
            if (!open) {
                return;
            }
            open = false;
            memory = null;
            synchronized (MergingWriter.this) {
                unfinished.remove(this);
                if (file == null || !ownFiles.remove(file)) {
                    return;
                }
            }
            file.discard();
        }
    }
}
