package io.geminid.shuffle.network;

import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.partition.SubpartitionListener;
import io.geminid.shuffle.partition.SubpartitionView;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A subpartition that a test fills: bytes go into pieces of a fixed size, of which the last may be
 * taken in parts, as those of a real one. Notices when its reader asks for what it must not.
 * Thread-safe.
 */
final class ScriptedSubpartition implements SubpartitionView {

    /** Record bytes in one piece of memory, or an event. */
    private final class Element implements Buffer {

        private final Kind kind;
        private final ByteBuffer memory;
        private final int offset;
        private final int length;
        private final boolean finished;
        private boolean released;

        Element(
                final Kind kind,
                final ByteBuffer memory,
                final int offset,
                final int length,
                final boolean finished) {
            this.kind = kind;
            this.memory = memory;
            this.offset = offset;
            this.length = length;
            this.finished = finished;
        }

        @Override
        public Kind kind() {
            return kind;
        }

        @Override
        public ByteBuffer memory() {
            return memory;
        }

        @Override
        public int offset() {
            return offset;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public boolean finished() {
            return finished;
        }

        @Override
        public Buffer retain() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void release() {
            if (released) {
                throw new IllegalStateException("released twice");
            }
            released = true;
            outstanding.decrementAndGet();
        }
    }

    /** What waits: an event, or a piece of memory that is being filled or full. */
    private static final class Waiting {

        private final Buffer.Kind kind;
        private final ByteBuffer memory;
        private int committed;
        private int taken;
        private boolean finished;
        private boolean blocks;

        Waiting(final Buffer.Kind kind, final ByteBuffer memory) {
            this.kind = kind;
            this.memory = memory;
        }
    }

    private final AtomicInteger outstanding = new AtomicInteger();
    private final int pieceBytes;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final Deque<Waiting> priorities = new ArrayDeque<>();
    private SubpartitionListener listener;
    private boolean blocked;
    private boolean ending;
    private boolean released;
    private boolean recordsProcessed;
    private Throwable failure;
    private RuntimeException defect;
    private int partsTaken;

    ScriptedSubpartition(final int pieceBytes) {
        this.pieceBytes = pieceBytes;
    }

    synchronized void open(final SubpartitionListener reader) {
        if (listener != null) {
            throw new IllegalStateException("has a reader");
        }
        listener = reader;
    }

    /** Adds record bytes behind the last ones, visible at once. */
    void write(final byte[] bytes) {
        synchronized (this) {
            int at = 0;
            while (at < bytes.length && !released) {
                final Waiting open = openPiece();
                final int count = Math.min(bytes.length - at, pieceBytes - open.committed);
                open.memory.put(open.committed, bytes, at, count);
                open.committed += count;
                open.finished = open.committed == pieceBytes;
                at += count;
            }
        }
        tell(false);
    }

    private Waiting openPiece() {
        final Waiting last = queue.peekLast();
        if (last != null && last.kind == Buffer.Kind.DATA && !last.finished) {
            return last;
        }
        final Waiting piece = new Waiting(Buffer.Kind.DATA, ByteBuffer.allocateDirect(pieceBytes));
        queue.addLast(piece);
        return piece;
    }

    /** Finishes the open piece and adds an event behind it, or in front of everything. */
    void event(final byte[] bytes, final boolean priority, final boolean blocks) {
        synchronized (this) {
            final Waiting event =
                    new Waiting(
                            priority ? Buffer.Kind.PRIORITY_EVENT : Buffer.Kind.EVENT,
                            ByteBuffer.wrap(bytes));
            event.blocks = blocks;
            if (priority) {
                priorities.addLast(event);
            } else {
                finishOpenPiece();
                queue.addLast(event);
            }
        }
        tell(priority);
    }

    private void finishOpenPiece() {
        final Waiting last = queue.peekLast();
        if (last != null && last.kind == Buffer.Kind.DATA) {
            last.finished = true;
            if (last.taken == last.committed) {
                queue.removeLast();
            }
        }
    }

    /** Nothing comes any more, and the partition is gone as soon as its reader has that. */
    synchronized void end() {
        ending = true;
    }

    /** The producer fails; its reader is to get the cause. */
    void fail(final Throwable cause) {
        synchronized (this) {
            failure = cause;
            released = true;
            queue.clear();
            priorities.clear();
        }
        tell(false);
    }

    /** From now on polls throw. */
    void breakDown(final RuntimeException thrown) {
        synchronized (this) {
            defect = thrown;
        }
        tell(false);
    }

    private void tell(final boolean priority) {
        final SubpartitionListener reader;
        synchronized (this) {
            reader = listener;
        }
        if (reader != null) {
            if (priority) {
                reader.priorityAvailable();
            } else {
                reader.dataAvailable();
            }
        }
    }

    @Override
    public synchronized Buffer poll(final boolean dataAllowed, final boolean partialAllowed) {
        if (defect != null) {
            throw defect;
        }
        if (ending && !released) {
            released = true;
            return new EventBuffer(new EndOfPartition(), false);
        }
        if (!priorities.isEmpty()) {
            return taken(event(priorities.removeFirst()));
        }
        final Waiting first = blocked ? null : queue.peekFirst();
        if (first == null) {
            return null;
        }
        if (first.kind != Buffer.Kind.DATA) {
            queue.removeFirst();
            blocked = first.blocks;
            return taken(event(first));
        }
        if (!dataAllowed || first.taken == first.committed || !first.finished && !partialAllowed) {
            return null;
        }
        final int from = first.taken;
        first.taken = first.committed;
        if (first.finished) {
            queue.removeFirst();
        } else {
            partsTaken++;
        }
        return taken(
                new Element(
                        Buffer.Kind.DATA,
                        first.memory,
                        from,
                        first.committed - from,
                        first.finished));
    }

    private Element event(final Waiting event) {
        return new Element(event.kind, event.memory, 0, event.memory.capacity(), true);
    }

    private Element taken(final Element element) {
        outstanding.incrementAndGet();
        return element;
    }

    @Override
    public synchronized Buffer pollPriority() {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized int backlog() {
        return (int) queue.stream().filter(each -> each.finished).count();
    }

    @Override
    public synchronized boolean hasElements() {
        final Waiting first = blocked ? null : queue.peekFirst();
        return !priorities.isEmpty()
                || first != null
                        && (first.kind != Buffer.Kind.DATA || first.taken < first.committed);
    }

    @Override
    public synchronized void resumeConsumption() {
        blocked = false;
    }

    @Override
    public synchronized void acknowledgeAllRecordsProcessed() {
        recordsProcessed = true;
    }

    @Override
    public synchronized Throwable failure() {
        return failure;
    }

    @Override
    public synchronized void release() {
        released = true;
        queue.clear();
        priorities.clear();
    }

    @Override
    public synchronized boolean isReleased() {
        return released;
    }

    synchronized boolean hasReader() {
        return listener != null;
    }

    synchronized boolean allRecordsProcessed() {
        return recordsProcessed;
    }

    /** Parts that were taken of pieces not full. */
    synchronized int partsTaken() {
        return partsTaken;
    }

    /** Elements taken and not released. */
    int outstanding() {
        return outstanding.get();
    }
}
