package io.geminid.state.gemini.table;

/**
 * What the memory of a table is used for, in frames: together, all that it has of its pool.
 *
 * @param records frames with live records, and the one being written
 * @param aside frames that only snapshots need, or that are kept to make room with
 * @param index pages of the index
 * @param filling frames on their way to or from a disk
 * @param cache copies of what is on disk
 */
public record MemoryUse(int records, int aside, int index, int filling, int cache) {

    /**
     * All of it.
     *
     * @return frames
     */
    public int total() {
        return records + aside + index + filling + cache;
    }
}
