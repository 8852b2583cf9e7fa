package io.geminid.memory.alloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.junit.jupiter.api.Test;

/** Ordinary memory: aligned, distinct, given back, and limited. */
class DirectSlabAllocatorTest {
    private static final int SLAB_BYTES = 4 << 20;

    private final DirectSlabAllocator allocator = new DirectSlabAllocator();

    @Test
    void slabsAreAlignedAndDistinctAndGivenBack() {
        final long before = directBytes();
        for (final int slabBytes : new int[] {4096, 12288, SLAB_BYTES}) {
            final List<ByteBuffer> slabs = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                final ByteBuffer slab = allocator.allocate(slabBytes, 20 - i);
                assertThat(slab.capacity()).isEqualTo(slabBytes);
                assertThat(BufferUtil.address(slab) % SlabAllocator.alignment(slabBytes)).isZero();
                slab.putInt(0, i).putInt(slabBytes - 4, i);
                slabs.add(slab);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(slabs.get(i).getInt(0)).isEqualTo(i);
                assertThat(slabs.get(i).getInt(slabBytes - 4)).isEqualTo(i);
            }
            assertThat(directBytes() - before)
                    .as("exactly what is foreseen")
                    .isEqualTo(DirectSlabAllocator.bytesFor(slabBytes, 20));
            slabs.forEach(allocator::free);
            assertThat(directBytes()).isEqualTo(before);
        }
        assertThat(SlabAllocator.alignment(SLAB_BYTES)).isEqualTo(2 << 20);
        assertThat(SlabAllocator.alignment(3 << 20)).isEqualTo(4096);
    }

    @Test
    void aBlockIsFreedWhenTheLastSlabInUseIs() {
        final long before = directBytes();
        final ByteBuffer first = allocator.allocate(8192, 100);
        final ByteBuffer second = allocator.allocate(8192, 100);
        final ByteBuffer third = allocator.allocate(8192, 100);
        assertThat(directBytes() - before).as("1 + 1 + 2 slabs").isEqualTo(4 * 8192 + 3 * 4096);
        final ByteBuffer fourth = allocator.allocate(8192, 100);
        assertThat(directBytes() - before).as("third's block").isEqualTo(4 * 8192 + 3 * 4096);
        allocator.free(third);
        assertThat(directBytes() - before).as("fourth's as well").isEqualTo(4 * 8192 + 3 * 4096);
        allocator.free(fourth);
        assertThat(directBytes() - before).isEqualTo(2 * 8192 + 2 * 4096);
        allocator.free(second);
        assertThatThrownBy(() -> allocator.free(second))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> allocator.free(ByteBuffer.allocate(8192)))
                .isInstanceOf(IllegalArgumentException.class);
        allocator.free(first);
        assertThat(directBytes()).isEqualTo(before);
        final ByteBuffer used = allocator.allocate(8192, 100);
        final ByteBuffer another = allocator.allocate(8192, 100);
        final ByteBuffer beforeUnused = allocator.allocate(8192, 100);
        List.of(used, another, beforeUnused).forEach(allocator::free);
        assertThat(directBytes()).as("with the slab never used").isEqualTo(before);
    }

    @Test
    void aSlabAsLargeAsCanBeNeedsNoBlock() {
        assertThat(DirectSlabAllocator.bytesFor(SegmentPoolContext.SLAB_BYTES_MAX, 4))
                .isEqualTo(4L * SegmentPoolContext.SLAB_BYTES_MAX + 3 * (2 << 20));
    }

    @Test
    void aCapThatCannotBeReachedIsRefusedAtTheStart() {
        final SlabAllocator limited = new DirectSlabAllocator("", () -> 16L << 20);
        limited.requireRoom(SLAB_BYTES, 2);
        assertThatThrownBy(() -> limited.requireRoom(SLAB_BYTES, 4))
                .isInstanceOf(SlabAllocationException.class)
                .hasMessage(
                        "geminid.memory.max-bytes=16777216 needs 23068672 bytes of direct memory,"
                                + " -XX:MaxDirectMemorySize=16777216: start the VM with"
                                + " -XX:MaxDirectMemorySize=23068672 or more,"
                                + " or lower geminid.memory.max-bytes");
    }

    @Test
    void aVmWithTooLittleDirectMemorySaysSo() throws IOException, InterruptedException {
        final String output = runInSmallVm();
        assertThat(output)
                .contains("start: geminid.memory.max-bytes=67108864 needs ")
                .contains("-XX:MaxDirectMemorySize=33554432: start the VM with")
                .contains("later: direct memory exhausted: slabBytes=4194304 directBytesUsed=")
                .contains(" -XX:MaxDirectMemorySize=33554432: raise the flag or lower")
                .contains("after all were freed: 4194304");
    }

    private static String runInSmallVm() throws IOException, InterruptedException {
        final Process vm =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:MaxDirectMemorySize=32m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SmallVm.class.getName())
                        .redirectErrorStream(true)
                        .start();
        final String output =
                new String(vm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(vm.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(vm.exitValue()).as(output).isZero();
        return output;
    }

    /** What runs in a VM of its own. */
    static final class SmallVm {
        private SmallVm() {}

        public static void main(final String[] args) {
            try (SegmentPool pool = new SegmentPool(SegmentPoolContext.ofMaxBytes(64 << 20))) {
                System.out.println("start: accepted " + pool);
            } catch (final SlabAllocationException e) {
                System.out.println("start: " + e.getMessage());
            }
            final DirectSlabAllocator allocator = new DirectSlabAllocator();
            final List<ByteBuffer> slabs = new ArrayList<>();
            try {
                while (true) {
                    slabs.add(allocator.allocate(SLAB_BYTES, 100));
                }
            } catch (final SlabAllocationException e) {
                System.out.println("later: " + e.getMessage());
            }
            slabs.forEach(allocator::free);
            final ByteBuffer again = allocator.allocate(SLAB_BYTES, 1);
            System.out.println("after all were freed: " + again.capacity());
            allocator.free(again);
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> "direct".equals(pool.getName()))
                .mapToLong(BufferPoolMXBean::getTotalCapacity)
                .sum();
    }
}
