package io.geminid.shuffle.sortmerge.write;

import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.sortmerge.format.BlockHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Sorts by subpartition without moving anything: each subpartition has a chain of chunks, and a
 * record is serialized straight into the last one. That is its only copy. A record that does not
 * fit goes on in the next chunk, and may go on in the next region.
 *
 * <p>One chain more than subpartitions holds what is the same for all of them.
 *
 * <p>Task's thread only. Chunks come by {@code ChunkSource}, which may seal the buffer meanwhile.
 */
final class SortBuffer {

    /** Bytes of the length in front of a record. */
    static final int LENGTH_BYTES = Integer.BYTES;

    private static final int NONE = -1;

    /** Gives a chunk, waiting for it. */
    @FunctionalInterface
    interface ChunkSource {
        int take() throws InterruptedException;
    }

    private final ChunkMemory memory;

    // By chain.
    private final int[] heads;
    private final int[] tails;
    private final int[] positions;
    private final int[] limits;
    private final int[] chunksInBlock;
    private final ByteBuffer[] openMemory;
    private final long[] records;
    private final long[] bytes;

    private boolean empty = true;

    SortBuffer(final ChunkMemory memory, final int chains) {
        this.memory = memory;
        this.heads = new int[chains];
        this.tails = new int[chains];
        this.positions = new int[chains];
        this.limits = new int[chains];
        this.chunksInBlock = new int[chains];
        this.openMemory = new ByteBuffer[chains];
        this.records = new long[chains];
        this.bytes = new long[chains];
        clear();
    }

    /** Whether nothing was put in since the last {@link #seal}. */
    boolean isEmpty() {
        return empty;
    }

    long records(final int chain) {
        return records[chain];
    }

    long bytes(final int chain) {
        return bytes[chain];
    }

    /** Points {@code out} behind the place of the record's length, if it has room there. */
    boolean begin(final int chain, final RecordOutput out) {
        final int from = positions[chain] + LENGTH_BYTES;
        if (from > limits[chain]) {
            return false;
        }
        out.begin(openMemory[chain], from, limits[chain]);
        return true;
    }

    /** Whether the chain has no open chunk. */
    boolean isClosed(final int chain) {
        return limits[chain] == 0;
    }

    /** Commits a record that was written in place. */
    void end(final int chain, final int recordBytes) {
        final int at = positions[chain];
        openMemory[chain].putInt(at, recordBytes);
        positions[chain] = at + LENGTH_BYTES + recordBytes;
        count(chain, recordBytes);
        if (positions[chain] == limits[chain]) {
            closeChunk(chain);
        }
    }

    private void count(final int chain, final int recordBytes) {
        records[chain]++;
        bytes[chain] += recordBytes;
    }

    /** Spreads a record, its length in front, over as many chunks as it needs. */
    void endInScratch(final int chain, final RecordOutput out, final ChunkSource source)
            throws InterruptedException {
        final int recordBytes = out.length();
        final ByteBuffer record = out.scratch();
        final long total = (long) LENGTH_BYTES + recordBytes;
        long done = 0;
        while (done < total) {
            if (isClosed(chain)) {
                open(chain, source.take());
            }
            final ByteBuffer to = openMemory[chain];
            final int limit = limits[chain];
            int at = positions[chain];
            while (done < LENGTH_BYTES && at < limit) {
                to.put(at, (byte) (recordBytes >>> (Byte.SIZE * (int) done)));
                at++;
                done++;
            }
            if (done >= LENGTH_BYTES) {
                final int count = (int) Math.min(limit - at, total - done);
                to.put(at, record, (int) done - LENGTH_BYTES, count);
                at += count;
                done += count;
            }
            positions[chain] = at;
            if (at == limit) {
                closeChunk(chain);
            }
        }
        count(chain, recordBytes);
    }

    /** Opens a chunk at the end of a chain. */
    void open(final int chain, final int chunk) {
        assert isClosed(chain);
        final boolean begins = chunksInBlock[chain] == 0;
        append(chain, chunk, begins ? ChunkMemory.DATA : ChunkMemory.CONTINUES);
        final int base = memory.base(chunk);
        openMemory[chain] = memory.memory(chunk);
        positions[chain] = base + (begins ? BlockHeader.BYTES : 0);
        limits[chain] = base + memory.chunkBytes();
        chunksInBlock[chain]++;
    }

    /** Adds an event as a block of its own. */
    void addEvent(final int chain, final ByteBuffer event, final int chunk) {
        closeBlock(chain);
        append(chain, chunk, ChunkMemory.EVENT);
        memory.memory(chunk)
                .put(memory.base(chunk) + BlockHeader.BYTES, event, 0, event.capacity());
        memory.used(chunk, BlockHeader.BYTES + event.capacity());
    }

    private void append(final int chain, final int chunk, final byte kind) {
        empty = false;
        memory.next(chunk, NONE);
        memory.kind(chunk, kind);
        if (tails[chain] == NONE) {
            heads[chain] = chunk;
        } else {
            memory.next(tails[chain], chunk);
        }
        tails[chain] = chunk;
    }

    private void closeBlock(final int chain) {
        if (!isClosed(chain)) {
            closeChunk(chain);
        }
        chunksInBlock[chain] = 0;
    }

    private void closeChunk(final int chain) {
        final int chunk = tails[chain];
        memory.used(chunk, positions[chain] - memory.base(chunk));
        positions[chain] = 0;
        limits[chain] = 0;
        openMemory[chain] = null;
        if (chunksInBlock[chain] == memory.chunksPerBlock()) {
            chunksInBlock[chain] = 0;
        }
    }

    /**
     * Ends the region.
     *
     * @param into gets the first chunk of every chain, -1 where there is none
     */
    void seal(final int[] into) {
        closeAll();
        System.arraycopy(heads, 0, into, 0, heads.length);
        clear();
    }

    /** Ends all open blocks. */
    void closeAll() {
        for (int chain = 0; chain < heads.length; chain++) {
            closeBlock(chain);
        }
    }

    private void clear() {
        Arrays.fill(heads, NONE);
        Arrays.fill(tails, NONE);
        empty = true;
    }
}
