package io.geminid.state.gemini.snapshot;

import io.geminid.state.KeyGroupRange;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * A file of a snapshot that is being restored: where what is in it. Task thread, but {@link
 * #readIfOpen}; blocks.
 */
final class StoredFile {

    private final CheckpointStorage storage;
    private final StateHandle handle;
    private final Map<Integer, Integer> numbers;
    private final int epoch;

    /** Of each of these key groups there are two sections. */
    private final KeyGroupRange wanted;

    private final long[] begins;
    private final long[] ends;
    private StateInput input;

    private StoredFile(
            final CheckpointStorage storage,
            final StateHandle handle,
            final Map<Integer, Integer> numbers,
            final int epoch,
            final KeyGroupRange wanted) {
        this.storage = storage;
        this.handle = handle;
        this.numbers = numbers;
        this.epoch = epoch;
        this.wanted = wanted;
        this.begins = new long[2 * wanted.size()];
        this.ends = new long[2 * wanted.size()];
    }

    /** What is a file's place in a store, but for its key groups. */
    record Place(CheckpointStorage storage, Map<Integer, Integer> numbers, int groupsMax) {}

    /** Reads what there is of the key groups that are wanted. */
    static StoredFile open(
            final Place place,
            final StateHandle handle,
            final int epoch,
            final KeyGroupRange wanted)
            throws IOException {
        final StoredFile file = new StoredFile(place.storage, handle, place.numbers, epoch, wanted);
        file.readIndex(place.groupsMax);
        return file;
    }

    private void readIndex(final int groupsMax) throws IOException {
        final long countAt = handle.length() - SnapshotFile.TRAILER_BYTES;
        if (countAt < 0) {
            throw damaged("length=" + handle.length());
        }
        final int groups = read(countAt, SnapshotFile.TRAILER_BYTES).getInt(0);
        final long indexAt = countAt - (long) groups * SnapshotFile.ENTRY_BYTES;
        if (groups < 0 || groups > groupsMax || indexAt < 0) {
            throw damaged("groups=" + groups);
        }
        final ByteBuffer index = read(indexAt, (int) (countAt - indexAt));
        long at = 0;
        for (int i = 0; i < groups; i++) {
            final int group = index.getInt();
            final long timerBytes = index.getLong();
            final long otherBytes = index.getLong();
            if (timerBytes < 0
                    || timerBytes > indexAt - at
                    || otherBytes < 0
                    || otherBytes > indexAt - at - timerBytes) {
                throw damaged("group=" + group + " bytes=" + timerBytes + "+" + otherBytes);
            }
            if (wanted.contains(group)) {
                begins[2 * (group - wanted.first())] = at;
                ends[2 * (group - wanted.first())] = at + timerBytes;
                begins[2 * (group - wanted.first()) + 1] = at + timerBytes;
                ends[2 * (group - wanted.first()) + 1] = at + timerBytes + otherBytes;
            }
            at += timerBytes + otherBytes;
        }
    }

    /** The same as a base of later snapshots. */
    SnapshotFile snapshotFile() {
        return new SnapshotFile(handle, epoch - 1, epoch, wanted, bytes(), 0);
    }

    KeyGroupRange groups() {
        return wanted;
    }

    int epoch() {
        return epoch;
    }

    Map<Integer, Integer> numbers() {
        return numbers;
    }

    private long bytes() {
        long sum = 0;
        for (int i = 0; i < begins.length; i++) {
            sum += ends[i] - begins[i];
        }
        return sum;
    }

    long begin(final int group, final boolean timers) {
        final int section = section(group, timers);
        return section < 0 ? 0 : begins[section];
    }

    long end(final int group, final boolean timers) {
        final int section = section(group, timers);
        return section < 0 ? 0 : ends[section];
    }

    private int section(final int group, final boolean timers) {
        final int at = 2 * (group - wanted.first()) + (timers ? 0 : 1);
        return at >= 0 && at < begins.length ? at : -1;
    }

    private ByteBuffer read(final long position, final int bytes) throws IOException {
        final ByteBuffer target = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        read(position, target);
        return target;
    }

    /** Fills a buffer, and gets it ready to be read; unless the file is closed. Any thread. */
    synchronized boolean readIfOpen(final long position, final ByteBuffer target)
            throws IOException {
        if (input == null) {
            return false;
        }
        read(position, target);
        return true;
    }

    /** Fills a buffer, and gets it ready to be read. */
    synchronized void read(final long position, final ByteBuffer target) throws IOException {
        if (input == null) {
            input = storage.open(handle);
        }
        input.read(position, target);
        target.flip();
    }

    synchronized boolean isOpen() {
        return input != null;
    }

    /** Gives back what reading needs; reading goes on all the same. */
    synchronized void close() throws IOException {
        if (input != null) {
            input.close();
            input = null;
        }
    }

    CorruptStateException damaged(final String what) {
        return new CorruptStateException(handle.file().name(), handle.offset(), what);
    }
}
