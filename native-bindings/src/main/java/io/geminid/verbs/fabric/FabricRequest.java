package io.geminid.verbs.fabric;

import io.geminid.verbs.MemoryAccess;
import io.geminid.verbs.work.RequestLayout;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One posted request, as the device keeps it: the slices, not the data, which stays where it is
 * until the message leaves. Kept in a ring and used again.
 */
final class FabricRequest {

    private final UnsafeBuffer memory = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[256]);
    private final long[] addresses;
    private final int[] lengths;
    private final int[] keys;
    private int sliceCount;
    private long capacityBytes;
    private int messageBytes;

    // What the request asks for.
    long id;
    int opcode;
    int flags;
    int immediate;
    long remoteAddress;
    int remoteKey;

    // How far it has come.
    long arriveAt;
    long acknowledgeAt;
    int losses;
    int notReady;

    FabricRequest(int slicesMax) {
        addresses = new long[slicesMax];
        lengths = new int[slicesMax];
        keys = new int[slicesMax];
    }

    void slices(ByteBuffer from, int at, int count) {
        sliceCount = count;
        capacityBytes = 0;
        for (int i = 0; i < count; i++) {
            int slice = at + i * RequestLayout.SLICE_BYTES;
            addresses[i] = from.getLong(slice + RequestLayout.SLICE_ADDRESS);
            lengths[i] = from.getInt(slice + RequestLayout.SLICE_LENGTH);
            keys[i] = from.getInt(slice + RequestLayout.SLICE_KEY);
            capacityBytes += lengths[i];
        }
        losses = 0;
        notReady = 0;
    }

    /** Bytes of all slices together. */
    long capacityBytes() {
        return capacityBytes;
    }

    int messageBytes() {
        return messageBytes;
    }

    UnsafeBuffer message() {
        return message;
    }

    /** Whether every slice is inside a region of that domain with that right. */
    boolean isAllowed(FabricProtectionDomain domain, MemoryAccess neededOrNull) {
        for (int i = 0; i < sliceCount; i++) {
            FabricMemoryRegion region = domain.fabricDevice().local(keys[i]);
            if (region == null || !region.allows(domain, addresses[i], lengths[i], neededOrNull)) {
                return false;
            }
        }
        return true;
    }

    /** Reads the slices into the message, now. */
    void gather() {
        room((int) capacityBytes);
        int at = 0;
        for (int i = 0; i < sliceCount; i++) {
            if (lengths[i] > 0) {
                memory.wrap(addresses[i], lengths[i]);
                message.putBytes(at, memory, 0, lengths[i]);
                at += lengths[i];
            }
        }
        messageBytes = at;
    }

    /** Writes that many bytes of a message into the slices, now. */
    void scatter(UnsafeBuffer from, int bytes) {
        int at = 0;
        for (int i = 0; i < sliceCount && at < bytes; i++) {
            int part = Math.min(lengths[i], bytes - at);
            if (part > 0) {
                memory.wrap(addresses[i], part);
                memory.putBytes(0, from, at, part);
                at += part;
            }
        }
    }

    /** Reads a peer's memory into the message, for a one-sided read. */
    void fetch(long address, int bytes) {
        room(bytes);
        messageBytes = bytes;
        if (bytes > 0) {
            memory.wrap(address, bytes);
            message.putBytes(0, memory, 0, bytes);
        }
    }

    /** Writes the message into a peer's memory, for a one-sided write. */
    void store(long address) {
        if (messageBytes > 0) {
            memory.wrap(address, messageBytes);
            memory.putBytes(0, message, 0, messageBytes);
        }
    }

    private void room(int bytes) {
        if (message.capacity() < bytes) {
            message.wrap(new byte[Math.max(bytes, 2 * message.capacity())]);
        }
    }
}
