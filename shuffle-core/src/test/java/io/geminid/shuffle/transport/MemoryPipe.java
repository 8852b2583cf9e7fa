package io.geminid.shuffle.transport;

import java.nio.ByteBuffer;
import java.util.Random;

/** Bytes on their way in one direction. */
final class MemoryPipe {

    /** Both directions, seen from one end. */
    record Ends(MemoryPipe in, MemoryPipe out) {}

    private byte[] bytes = new byte[256];
    private int begin;
    private int end;
    private boolean finished;
    private boolean abandoned;

    /** Bytes after which the sender has to wait. */
    private final int roomBytes;

    MemoryPipe(final Random random) {
        roomBytes = 1 << (8 + random.nextInt(10));
    }

    int size() {
        return end - begin;
    }

    int room() {
        return Math.max(0, roomBytes - size());
    }

    /** Adds bytes from the buffer's position on, room or not. */
    void put(final ByteBuffer source, final int count) {
        if (end + count > bytes.length) {
            final int size = size();
            final byte[] larger = new byte[Math.max(bytes.length, 2 * (size + count))];
            System.arraycopy(bytes, begin, larger, 0, size);
            bytes = larger;
            begin = 0;
            end = size;
        }
        source.get(bytes, end, count);
        if (!abandoned && !finished) {
            end += count;
        }
    }

    /** Moves bytes to the buffer's position. */
    void take(final ByteBuffer target, final int count) {
        target.put(bytes, begin, count);
        begin += count;
    }

    /** The sender sends no more. */
    void end() {
        finished = true;
    }

    /** The receiver takes no more. */
    void abandon() {
        abandoned = true;
        begin = end;
    }

    boolean abandoned() {
        return abandoned;
    }

    boolean ended() {
        return finished && size() == 0;
    }

    /** Everything that is on its way is lost, and nothing more gets through. */
    void cut() {
        finished = true;
        abandoned = true;
        begin = end;
    }
}
