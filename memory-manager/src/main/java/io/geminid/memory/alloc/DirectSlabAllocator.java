package io.geminid.memory.alloc;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.geminid.config.Units;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.LongSupplier;
import org.agrona.BufferUtil;

/**
 * Slabs out of ordinary direct memory, freed explicitly. They count against the VM's {@code
 * MaxDirectMemorySize}.
 *
 * <p>To begin at a multiple of the alignment, memory must be one alignment larger, and the VM
 * touches every byte it allocates. So that this is not lost with each slab, slabs are cut from
 * blocks that double in size up to {@value #BLOCK_SLABS_MAX} slabs; a block is freed when the last
 * slab of it is. Any thread may call.
 */
public final class DirectSlabAllocator implements SlabAllocator {
    /**
     * With slabs of 4 MiB the alignment is then 6 % of a block, and touching a block takes some 10
     * ms.
     */
    private static final int BLOCK_SLABS_MAX = 8;

    private final LongSupplier maxDirectBytes;
    private final String why;

    // Guarded by this.
    private final Deque<ByteBuffer> ready = new ArrayDeque<>();
    private final Map<ByteBuffer, Block> blocks = new IdentityHashMap<>();

    private static final class Block {
        private final ByteBuffer memory;
        private int slabsInUse;

        private Block(final ByteBuffer memory) {
            this.memory = memory;
        }
    }

    /** Makes an allocator limited by this VM's {@code MaxDirectMemorySize}. */
    public DirectSlabAllocator() {
        this("");
    }

    DirectSlabAllocator(final String why) {
        this(why, DirectSlabAllocator::vmMaxDirectBytes);
    }

    DirectSlabAllocator(final String why, final LongSupplier maxDirectBytes) {
        this.why = why;
        this.maxDirectBytes = maxDirectBytes;
    }

    @Override
    public synchronized ByteBuffer allocate(final int slabBytes, final int slabsLeft) {
        ByteBuffer slab = pollReady(slabBytes);
        if (slab == null) {
            final int slabCount = blockSlabs(blocks.size(), slabsLeft);
            try {
                addBlock(slabBytes, slabCount);
            } catch (final OutOfMemoryError | ArithmeticException e) {
                addSlab(slabBytes);
            }
            slab = pollReady(slabBytes);
        }
        blocks.get(slab).slabsInUse++;
        return slab;
    }

    @Override
    public synchronized void free(final ByteBuffer slab) {
        final Block block = blocks.remove(slab);
        if (block == null) {
            throw new IllegalArgumentException(
                    "not a slab of this allocator, or freed twice: " + slab);
        }
        block.slabsInUse--;
        if (block.slabsInUse == 0) {
            ready.removeIf(unused -> blocks.get(unused) == block);
            blocks.values().removeIf(other -> other == block);
            BufferUtil.free(block.memory);
        }
    }

    @Override
    public void requireRoom(final int slabBytes, final int slabCount) {
        final long limit = maxDirectBytes.getAsLong();
        final long needed = bytesFor(slabBytes, slabCount);
        if (needed > limit) {
            throw new SlabAllocationException(
                    "geminid.memory.max-bytes="
                            + (long) slabBytes * slabCount
                            + " needs "
                            + needed
                            + " bytes of direct memory, -XX:MaxDirectMemorySize="
                            + limit
                            + ": start the VM with -XX:MaxDirectMemorySize="
                            + needed
                            + " or more, or lower geminid.memory.max-bytes",
                    null);
        }
    }

    @Override
    public String description() {
        return "direct memory, -XX:MaxDirectMemorySize="
                + Units.bytesText(maxDirectBytes.getAsLong())
                + why;
    }

    /** Slabs and what aligning their blocks costs. */
    static long bytesFor(final int slabBytes, final int slabCount) {
        long bytes = (long) slabBytes * slabCount;
        for (int slabs = 0; slabs < slabCount; slabs += blockSlabs(slabs, slabCount - slabs)) {
            bytes += SlabAllocator.alignment(slabBytes);
        }
        return bytes;
    }

    private static int blockSlabs(final int slabsSoFar, final int slabsLeft) {
        return Math.min(Math.min(Math.max(1, slabsSoFar), BLOCK_SLABS_MAX), slabsLeft);
    }

    /** By hand: a buffer equals any other of the same content. */
    private ByteBuffer pollReady(final int slabBytes) {
        for (final Iterator<ByteBuffer> unused = ready.iterator(); unused.hasNext(); ) {
            final ByteBuffer slab = unused.next();
            if (slab.capacity() == slabBytes) {
                unused.remove();
                return slab;
            }
        }
        return null;
    }

    private void addSlab(final int slabBytes) {
        try {
            addBlock(slabBytes, 1);
        } catch (final OutOfMemoryError e) {
            throw new SlabAllocationException(
                    "direct memory exhausted: slabBytes="
                            + slabBytes
                            + " directBytesUsed="
                            + directBytesUsed()
                            + " -XX:MaxDirectMemorySize="
                            + maxDirectBytes.getAsLong()
                            + ": raise the flag or lower geminid.memory.max-bytes",
                    e);
        }
    }

    private void addBlock(final int slabBytes, final int slabCount) {
        final int alignment = SlabAllocator.alignment(slabBytes);
        final long bytes = (long) slabBytes * slabCount + alignment;
        final ByteBuffer memory = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
        final Block block = new Block(memory);
        final int first = (int) (-BufferUtil.address(memory) & (alignment - 1));
        for (int i = 0; i < slabCount; i++) {
            final ByteBuffer slab = memory.slice(first + i * slabBytes, slabBytes);
            blocks.put(slab, block);
            ready.addLast(slab);
        }
    }

    private static long vmMaxDirectBytes() {
        final HotSpotDiagnosticMXBean vm =
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        final long set =
                vm == null ? 0 : Long.parseLong(vm.getVMOption("MaxDirectMemorySize").getValue());
        return set == 0 ? Runtime.getRuntime().maxMemory() : set;
    }

    private static long directBytesUsed() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> "direct".equals(pool.getName()))
                .mapToLong(BufferPoolMXBean::getTotalCapacity)
                .sum();
    }
}
