package io.geminid.memory.alloc;

import com.sun.management.HotSpotDiagnosticMXBean;

import io.geminid.config.Units;

import org.agrona.BufferUtil;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Slabs out of ordinary direct memory, freed explicitly. It counts against the VM's {@code
 * MaxDirectMemorySize}.
 *
 * <p>An aligned slab needs up to one alignment more than its size, and the VM touches every byte it
 * allocates. So that 2 MiB are not lost with each slab, slabs are cut from blocks that double in
 * size up to {@link #BLOCK_SLABS_MAX}; a block is freed when the last slab of it is. Any thread may
 * call.
 */
public final class DirectSlabAllocator implements SlabAllocator {
    /** Slabs in one block: the alignment is then 3 % of a block of 4 MiB slabs. */
    static final int BLOCK_SLABS_MAX = 16;

    private final LongSupplier maxDirectBytes;
    private final Deque<ByteBuffer> ready = new ArrayDeque<>();
    private final Map<ByteBuffer, Block> blockOf = new IdentityHashMap<>();

    private static final class Block {
        private final ByteBuffer memory;
        private int slabsNotFree;

        private Block(final ByteBuffer memory) {
            this.memory = memory;
        }
    }

    /** Makes an allocator limited by this VM's {@code MaxDirectMemorySize}. */
    public DirectSlabAllocator() {
        this(DirectSlabAllocator::vmMaxDirectBytes);
    }

    DirectSlabAllocator(final LongSupplier maxDirectBytes) {
        this.maxDirectBytes = maxDirectBytes;
    }

    @Override
    public synchronized ByteBuffer allocate(final int slabBytes, final int slabsLeft) {
        ByteBuffer slab = takeReady(slabBytes);
        if (slab == null) {
            final int doubled = Math.max(1, blockOf.size());
            addBlock(slabBytes, Math.min(Math.min(doubled, BLOCK_SLABS_MAX), slabsLeft));
            slab = takeReady(slabBytes);
        }
        return slab;
    }

    private ByteBuffer takeReady(final int slabBytes) {
        for (final ByteBuffer slab : ready) {
            if (slab.capacity() == slabBytes) {
                ready.removeFirstOccurrence(slab);
                return slab;
            }
        }
        return null;
    }

    private void addBlock(final int slabBytes, final int slabCount) {
        final int alignment = SlabAllocator.alignment(slabBytes);
        final long bytes =
                Math.addExact(Math.multiplyExact((long) slabBytes, slabCount), alignment);
        final ByteBuffer memory;
        try {
            memory = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
        } catch (final OutOfMemoryError | ArithmeticException e) {
            if (slabCount > 1) {
                addBlock(slabBytes, 1);
                return;
            }
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
        final Block block = new Block(memory);
        block.slabsNotFree = slabCount;
        final int first = (int) (-BufferUtil.address(memory) & (alignment - 1));
        for (int i = 0; i < slabCount; i++) {
            final ByteBuffer slab = memory.slice(first + i * slabBytes, slabBytes);
            blockOf.put(slab, block);
            ready.addLast(slab);
        }
    }

    @Override
    public synchronized void free(final ByteBuffer slab) {
        final Block block = blockOf.remove(slab);
        if (block == null) {
            throw new IllegalArgumentException(
                    "not a slab of this allocator, or freed twice: " + slab);
        }
        block.slabsNotFree--;
        if (block.slabsNotFree == readyOf(block)) {
            ready.removeIf(waiting -> blockOf.get(waiting) == block);
            blockOf.values().removeIf(other -> other == block);
            BufferUtil.free(block.memory);
        }
    }

    private int readyOf(final Block block) {
        return (int) ready.stream().filter(waiting -> blockOf.get(waiting) == block).count();
    }

    @Override
    public void requireRoom(final long maxBytes) {
        final long limit = maxDirectBytes.getAsLong();
        if (maxBytes > limit) {
            throw new SlabAllocationException(
                    "geminid.memory.max-bytes="
                            + maxBytes
                            + " is more than -XX:MaxDirectMemorySize="
                            + limit
                            + ": start the VM with -XX:MaxDirectMemorySize="
                            + Units.bytesText(maxBytes).replaceAll("b$", "")
                            + " or more, or lower geminid.memory.max-bytes",
                    null);
        }
    }

    @Override
    public String description() {
        return "direct memory, -XX:MaxDirectMemorySize=" + maxDirectBytes.getAsLong();
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
