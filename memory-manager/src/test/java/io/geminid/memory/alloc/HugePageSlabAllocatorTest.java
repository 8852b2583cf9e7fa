package io.geminid.memory.alloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.memory.debug.DebugLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which memory is chosen on which host; and huge pages themselves, where there are any. */
class HugePageSlabAllocatorTest {
    private static final int SLAB_BYTES = 4 << 20;
    private static final Path PROC = Path.of("/proc");
    private static final Path SYS = Path.of("/sys/kernel/mm");

    @TempDir Path host;

    private void host(final String mounts, final int freePages, final int reservedPages)
            throws IOException {
        final Path counters = host.resolve("sys/hugepages/hugepages-2048kB");
        Files.createDirectories(counters);
        Files.writeString(counters.resolve("free_hugepages"), freePages + "\n");
        Files.writeString(counters.resolve("resv_hugepages"), reservedPages + "\n");
        Files.createDirectories(host.resolve("sys/transparent_hugepage"));
        Files.writeString(
                host.resolve("sys/transparent_hugepage/enabled"), "always [madvise] never\n");
        Files.createDirectories(host.resolve("proc"));
        Files.writeString(host.resolve("proc/mounts"), "proc /proc proc rw 0 0\n" + mounts);
    }

    private SlabAllocator choose(final HugePages mode, final int slabBytes, final int slabCount) {
        return HugePageSlabAllocator.choose(
                mode, slabBytes, slabCount, host.resolve("proc"), host.resolve("sys"));
    }

    @Test
    void choosesThemWhenThereAreEnoughForThePool() throws IOException {
        final Path mounted = Files.createDirectories(host.resolve("huge pages"));
        final String escaped = mounted.toString().replace(" ", "\\040");
        host("none " + escaped + " hugetlbfs rw,relatime,pagesize=2M 0 0\n", 10, 2);
        assertThat(choose(HugePages.AUTO, SLAB_BYTES, 4))
                .isInstanceOf(HugePageSlabAllocator.class)
                .extracting(SlabAllocator::description)
                .asString()
                .contains("huge pages", mounted.toString(), "2097152");
        assertThat(choose(HugePages.AUTO, SLAB_BYTES, 5).description())
                .contains("direct memory")
                .contains("has freePages=8 of needed=10")
                .contains("transparent huge pages=madvise");
        assertThat(choose(HugePages.AUTO, 3 << 20, 1).description())
                .contains("pageBytes=2097152 does not divide slabBytes=3145728");
        assertThat(choose(HugePages.OFF, SLAB_BYTES, 4).description())
                .contains("direct memory")
                .contains("geminid.memory.huge-pages=off");
    }

    @Test
    void saysWhyThereAreNone() throws IOException {
        assertThat(choose(HugePages.AUTO, SLAB_BYTES, 4).description())
                .contains("no hugetlbfs is mounted", "transparent huge pages=unknown");
        host("", 10, 0);
        assertThat(choose(HugePages.AUTO, SLAB_BYTES, 4).description())
                .contains("no hugetlbfs is mounted");
        host("none " + host.resolve("gone") + " hugetlbfs rw,pagesize=2M 0 0\n", 10, 0);
        assertThat(choose(HugePages.AUTO, SLAB_BYTES, 4).description()).contains("is not writable");
    }

    @Test
    void aSlabThatCannotBeMappedComesFromOrdinaryMemory() {
        final SlabAllocator allocator =
                new HugePageSlabAllocator(
                        new HugePageMount(host.resolve("gone"), 2 << 20),
                        new DirectSlabAllocator());
        final ByteBuffer slab = allocator.allocate(SLAB_BYTES, 4);
        slab.putLong(SLAB_BYTES - 8, 1);
        allocator.free(slab);
    }

    /**
     * One run at a time on a host: the test counts free pages, and may change how many there are.
     */
    @Test
    void realHugePagesCarryAPool() throws IOException, InterruptedException {
        final Path lock = Path.of(System.getProperty("java.io.tmpdir"), "geminid-huge-pages.lock");
        try (FileChannel channel =
                        FileChannel.open(
                                lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            assertThat(held.isValid()).isTrue();
            onHugePages();
        }
    }

    private void onHugePages() throws IOException, InterruptedException {
        final Path mount = Files.createDirectory(host.resolve("mount"));
        final Path pages = SYS.resolve("hugepages/hugepages-2048kB/nr_hugepages");
        final boolean own = HugePageMount.find(PROC, SYS, SLAB_BYTES, 4).mount() == null;
        final String before = Files.isReadable(pages) ? Files.readString(pages).trim() : "";
        try {
            if (own) {
                reserve(mount, pages, before);
            }
            carryAPool();
        } finally {
            if (own) {
                run("umount", mount.toString());
                if (Files.isWritable(pages)) {
                    Files.writeString(pages, before);
                }
            }
        }
    }

    /** Root can have what the test needs for its time; anybody else is told what is missing. */
    private static void reserve(final Path mount, final Path pages, final String before)
            throws IOException, InterruptedException {
        String missing = "";
        if (before.isEmpty() || !Files.isWritable(pages)) {
            missing = "not root, or a kernel without huge pages: cannot write " + pages;
        } else if (!run("mount", "-t", "hugetlbfs", "none", mount.toString())) {
            missing = "mount -t hugetlbfs is not permitted";
        } else {
            Files.writeString(pages, Integer.toString(Integer.parseInt(before) + 8));
            missing = HugePageMount.find(PROC, SYS, SLAB_BYTES, 4).reason();
        }
        if (!missing.isEmpty()) {
            final String why =
                    "SKIPPED, huge pages were NOT tested: "
                            + missing
                            + "; no reserved pages found either: "
                            + HugePageMount.find(PROC, SYS, SLAB_BYTES, 4).reason();
            System.err.println(why);
            abort(why);
        }
    }

    private static void carryAPool() throws IOException {
        final SlabAllocator allocator = HugePageSlabAllocator.choose(HugePages.AUTO, SLAB_BYTES, 4);
        assertThat(allocator.description()).startsWith("huge pages");
        final long free = HugePageMount.freePages(SYS, 2 << 20);
        try (SegmentPool pool =
                new SegmentPool(
                        new SegmentPoolContext(
                                32 << 10,
                                SLAB_BYTES,
                                4L * SLAB_BYTES,
                                DebugLevel.POISON,
                                allocator))) {
            final LocalSegmentPool local =
                    pool.createLocalPool(LocalPoolContext.fixed("huge", pool.capacity()));
            assertThat(HugePageMount.freePages(SYS, 2 << 20)).isEqualTo(free - 8);
            try (Segment segment = local.poll(SegmentOwner.named("test"))) {
                segment.putLong(0, 42);
                assertThat(segment.getLong(0)).isEqualTo(42);
                assertThat(segment.slab().address() % (2 << 20)).isZero();
                assertThat(kernelPageKb(segment.address())).isEqualTo("2048");
            }
        }
        assertThat(HugePageMount.freePages(SYS, 2 << 20)).as("given back").isEqualTo(free);
    }

    /** What the kernel says about the mapping at an address. */
    private static String kernelPageKb(final long address) throws IOException {
        boolean inside = false;
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/smaps"))) {
            for (final String line : (Iterable<String>) lines::iterator) {
                if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                    final List<String> range =
                            List.of(line.substring(0, line.indexOf(' ')).split("-"));
                    inside =
                            Long.parseUnsignedLong(range.get(0), 16) <= address
                                    && address < Long.parseUnsignedLong(range.get(1), 16);
                } else if (inside && line.startsWith("KernelPageSize:")) {
                    return line.replaceAll("[^0-9]", "");
                }
            }
        }
        return "not found";
    }

    private static boolean run(final String... command) throws IOException, InterruptedException {
        try {
            final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (final IOException e) {
            return false;
        }
    }
}
