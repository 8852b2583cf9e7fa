package io.geminid.verbs.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsProvider;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.agrona.BufferUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is loaded is ours, wherever else a library of that name may lie. Each in a JVM of its own.
 */
class NativeDoorTest {

    private static final String FAILURE = "java.library.path is searched";

    @TempDir private Path directory;

    @Test
    void aPlantedLibraryIsNotLoaded() throws Exception {
        Path planted = directory.resolve("libdisni.so");
        Files.writeString(planted, FAILURE);
        Files.createDirectory(directory.resolve("tmp"));

        String said = java(List.of("-Djava.library.path=" + directory), Loads.class);

        assertThat(said).contains("provider=disni").contains("loaded=1 ours=true");
        try (Stream<Path> left = Files.list(directory.resolve("tmp"))) {
            assertThat(left.filter(p -> p.getFileName().toString().startsWith("geminid")))
                    .isEmpty();
        }
    }

    @Test
    void theNativesPassTheChecksOfTheJvm() throws Exception {
        Files.createDirectory(directory.resolve("tmp"));

        String said = java(List.of("-Xcheck:jni"), Calls.class);

        assertThat(said).contains("calls done").doesNotContain("WARNING").doesNotContain("FATAL");
    }

    /**
     * Where the needed classes are, whoever runs the tests: a launcher has a class path of its own.
     */
    private static String classPath() throws Exception {
        StringJoiner path = new StringJoiner(File.pathSeparator);
        for (String name :
                List.of(
                        NativeDoor.class.getName(),
                        NativeDoorTest.class.getName(),
                        BufferUtil.class.getName(),
                        "com.ibm.disni.verbs.impl.NativeDispatcher",
                        "org.slf4j.Logger")) {
            Class<?> type = Class.forName(name, false, NativeDoorTest.class.getClassLoader());
            path.add(
                    Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                            .toString());
        }
        return path.toString();
    }

    private String java(List<String> flags, Class<?> main) throws Exception {
        List<String> command =
                Stream.of(
                                Stream.of(Path.of(System.getProperty("java.home"), "bin", "java")),
                                flags.stream(),
                                Stream.of(
                                        "-ea",
                                        "-Xmx64m",
                                        "-Djava.io.tmpdir=" + directory.resolve("tmp"),
                                        "-cp",
                                        classPath(),
                                        main.getName()))
                        .flatMap(s -> s)
                        .map(Object::toString)
                        .toList();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.directory(directory.toFile());
        builder.environment().put("LD_LIBRARY_PATH", directory.toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** Loads the library and looks where it came from. */
    static final class Loads {
        private Loads() {}

        public static void main(String[] arguments) throws IOException {
            VerbsProvider provider = NativeDoor.open();
            System.out.println("provider=" + provider.name());
            List<String> mapped =
                    Files.readAllLines(Path.of("/proc/self/maps")).stream()
                            .filter(line -> line.contains("libdisni.so"))
                            .map(line -> line.substring(line.indexOf('/')))
                            .distinct()
                            .toList();
            System.out.println(
                    "loaded=%d ours=%s"
                            .formatted(
                                    mapped.size(),
                                    mapped.stream().allMatch(l -> l.contains("/geminid-native-"))));
        }
    }

    /** Calls natives that need no device, those that fail among them. */
    static final class Calls {
        private Calls() {}

        public static void main(String[] arguments) throws IOException {
            VerbsProvider provider = NativeDoor.open();
            provider.devices();
            ByteBuffer memory = ByteBuffer.allocateDirect(1 << 22);
            long page = BufferUtil.address(memory) + 4095 & -4096L;
            try {
                provider.adviseHugePages(page, 1 << 21);
            } catch (VerbsException e) {
                System.out.println("no huge pages here: " + e.getMessage());
            }
            try {
                provider.adviseHugePages(page + 1, 4096);
                throw new AssertionError("an address off the page's border must be refused");
            } catch (VerbsException e) {
                assert e.is(VerbsException.Errno.EINVAL) : e;
                assert e.call().equals("madvise(MADV_HUGEPAGE)") : e;
            }
            try {
                provider.createConnectionManager().close();
            } catch (VerbsException e) {
                assert e.call().equals("rdma_create_event_channel") : e;
            }
            System.out.println("calls done");
        }
    }
}
