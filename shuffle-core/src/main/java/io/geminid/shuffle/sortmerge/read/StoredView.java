package io.geminid.shuffle.sortmerge.read;

import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.partition.SubpartitionListener;
import io.geminid.shuffle.partition.SubpartitionView;
import java.util.ArrayDeque;

/**
 * One reader of one subpartition, or of several neighbouring ones, of a stored partition. Several
 * views of the same subpartition do not know of each other.
 *
 * <p>All state is guarded by the lock of {@link DiskReader}, except where said.
 */
final class StoredView implements SubpartitionView {

    private final DiskReader reader;
    private final SubpartitionListener listener;
    final StoredPartition partition;
    final int first;
    final int last;

    /** Tells views apart that want the same place. */
    final long serial;

    /** Read and not polled. */
    final ArrayDeque<BlockReader.Block> ready = new ArrayDeque<>();

    /** Data blocks among them. */
    int readyData;

    /** Of the whole subpartition, not read yet; a guess until the index is known. */
    int blocksLeft = 1;

    /** Its place in {@link StoredPartition#wanting}; null if it is not there. */
    StoredPartition.Want want;

    /** Where the next block begins. */
    long nextOffset;

    /** Everything is in {@link #ready}. */
    boolean allRead;

    /** Null until the index is known. Disk thread only. */
    Cursor cursor;

    private Throwable failure;
    private boolean released;
    private boolean blocked;

    StoredView(
            final DiskReader reader,
            final StoredPartition partition,
            final SubpartitionRange range,
            final long serial,
            final SubpartitionListener listener) {
        this.reader = reader;
        this.partition = partition;
        this.first = range.first();
        this.last = range.last();
        this.serial = serial;
        this.listener = listener;
    }

    /** Stored data has no priority events. */
    @Override
    public Buffer pollPriority() {
        return null;
    }

    @Override
    public Buffer poll(final boolean dataAllowed, final boolean partialAllowed) {
        synchronized (reader.lock()) {
            if (released || blocked) {
                return null;
            }
            final BlockReader.Block head = ready.peek();
            final boolean data = head != null && head.buffer().kind() == Buffer.Kind.DATA;
            if (head == null || data && !dataAllowed) {
                if (dataAllowed) {
                    reader.want(this);
                }
                return null;
            }
            ready.remove();
            if (data) {
                readyData--;
            } else if (head.buffer() instanceof EventBuffer event) {
                blocked = event.event().blocksUpstream();
            }
            if (dataAllowed && ready.size() <= reader.readAhead() / 2) {
                reader.want(this);
            }
            return head.buffer();
        }
    }

    @Override
    public int backlog() {
        synchronized (reader.lock()) {
            return readyData + blocksLeft;
        }
    }

    /** What is on the disk counts: whoever asks is to grant credit for it. */
    @Override
    public boolean hasElements() {
        synchronized (reader.lock()) {
            return !released && !blocked && (!ready.isEmpty() || !allRead);
        }
    }

    @Override
    public void resumeConsumption() {
        synchronized (reader.lock()) {
            blocked = false;
        }
    }

    @Override
    public void acknowledgeAllRecordsProcessed() {
        // The producer does not wait for it.
    }

    @Override
    public Throwable failure() {
        synchronized (reader.lock()) {
            return failure;
        }
    }

    @Override
    public void release() {
        reader.release(this, null);
    }

    @Override
    public boolean isReleased() {
        synchronized (reader.lock()) {
            return released;
        }
    }

    // Under the lock.

    /** Nothing more can be polled. Returns what was ready, to be released outside of the lock. */
    ArrayDeque<BlockReader.Block> end(final Throwable cause) {
        if (!released) {
            released = true;
            failure = cause;
        }
        final ArrayDeque<BlockReader.Block> dropped = new ArrayDeque<>(ready);
        ready.clear();
        readyData = 0;
        return dropped;
    }

    boolean isEnded() {
        return released;
    }

    /** Tells the consumer, outside of the lock. */
    void tell() {
        listener.dataAvailable();
    }

    @Override
    public String toString() {
        synchronized (reader.lock()) {
            return "view of "
                    + partition
                    + " subpartitions="
                    + first
                    + ".."
                    + last
                    + " ready="
                    + ready.size()
                    + " want="
                    + want
                    + " allRead="
                    + allRead
                    + " released="
                    + released
                    + " "
                    + reader;
        }
    }
}
