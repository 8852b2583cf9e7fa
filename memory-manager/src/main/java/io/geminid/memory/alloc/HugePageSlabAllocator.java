package io.geminid.memory.alloc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.agrona.BufferUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slabs out of huge pages that the host reserved, each an unlinked file of a mounted hugetlbfs:
 * fewer entries in the page tables of CPU and NIC, and never swapped. When a page cannot be had
 * after all, that slab comes from ordinary memory. Any thread may call.
 *
 * <p>Transparent huge pages are another matter: with {@code always} the kernel uses them for any
 * aligned slab; with {@code madvise} native code has to ask, which a {@link
 * io.geminid.memory.SlabListener} can do.
 */
public final class HugePageSlabAllocator implements SlabAllocator {
    private static final Logger LOG = LoggerFactory.getLogger(HugePageSlabAllocator.class);
    private static final Path PROC = Path.of("/proc");
    private static final Path SYS = Path.of("/sys/kernel/mm");

    private final HugePageMount mount;
    private final SlabAllocator ordinary;
    private final Set<ByteBuffer> mapped =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    HugePageSlabAllocator(final HugePageMount mount, final SlabAllocator ordinary) {
        this.mount = mount;
        this.ordinary = ordinary;
    }

    /**
     * The allocator for a pool: huge pages when the user allows them and the host has reserved
     * enough free ones for the whole pool, else ordinary memory. Its description says what was
     * chosen and why.
     *
     * @param mode what the user allows
     * @param slabBytes size of each slab
     * @param slabCount slabs at the cap
     * @return one of its own for each call
     */
    public static SlabAllocator choose(
            final HugePages mode, final int slabBytes, final int slabCount) {
        return choose(mode, slabBytes, slabCount, PROC, SYS);
    }

    static SlabAllocator choose(
            final HugePages mode,
            final int slabBytes,
            final int slabCount,
            final Path proc,
            final Path sys) {
        final String transparent = ", transparent huge pages=" + HugePageMount.transparentMode(sys);
        if (mode == HugePages.OFF) {
            return new DirectSlabAllocator(
                    ", no reserved huge pages: geminid.memory.huge-pages=off" + transparent);
        }
        final HugePageMount.Found found = HugePageMount.find(proc, sys, slabBytes, slabCount);
        return found.mount() == null
                ? new DirectSlabAllocator(
                        ", no reserved huge pages: " + found.reason() + transparent)
                : new HugePageSlabAllocator(found.mount(), new DirectSlabAllocator());
    }

    @Override
    public ByteBuffer allocate(final int slabBytes, final int slabsLeft) {
        MappedByteBuffer slab = null;
        try {
            slab = map(slabBytes);
            requirePages(slab);
            mapped.add(slab);
            return slab;
        } catch (final IOException | InternalError e) {
            LOG.warn(
                    "no huge pages for a slab: {} slabBytes={} cause={}",
                    mount,
                    slabBytes,
                    e.toString());
            BufferUtil.free(slab);
            return ordinary.allocate(slabBytes, 1);
        }
    }

    private MappedByteBuffer map(final int slabBytes) throws IOException {
        final Path file = Files.createTempFile(mount.directory(), "geminid-", "");
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Files.delete(file);
            return channel.map(MapMode.READ_WRITE, 0, slabBytes);
        }
    }

    /**
     * Touches every page. A control group may allow fewer huge pages than the host has free, which
     * shows only then: the write does nothing, and the VM throws an InternalError soon after, at
     * the latest when the exception here is made.
     */
    private void requirePages(final MappedByteBuffer slab) throws IOException {
        for (long at = 0; at < slab.capacity(); at += mount.pageBytes()) {
            final int page = (int) at;
            slab.put(page, (byte) 1);
            if (slab.get(page) != 1) {
                throw new IOException("no page at=" + page);
            }
            slab.put(page, (byte) 0);
        }
    }

    @Override
    public void free(final ByteBuffer slab) {
        if (mapped.remove(slab)) {
            BufferUtil.free(slab);
        } else {
            ordinary.free(slab);
        }
    }

    @Override
    public void requireRoom(final int slabBytes, final int slabCount) {
        // Checked when the mount was chosen, and a page that is gone meanwhile is replaced.
    }

    @Override
    public String description() {
        return "huge pages, " + mount;
    }
}
