package io.geminid.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is in the jar that users put into Flink's lib directory. */
@Tag("packaged")
class PluginJarTest {

    /** Those of the architecture that this was built on, each with its checksum. */
    private static final String VERBS = "META-INF/native/linux-";

    private static final Path JAR = Path.of(System.getProperty("geminid.flink.jar"));

    @Test
    void everyClassIsOurs() throws IOException {
        final List<String> strangers = new ArrayList<>();
        for (final String name : entries()) {
            // DiSNI's native library names its classes; they get a class loader of their own.
            if (name.endsWith(".class")
                    && !name.startsWith("io/geminid/")
                    && !name.startsWith("com/ibm/disni/")) {
                strangers.add(name);
            }
        }
        assertThat(strangers).isEmpty();
        assertThat(entries()).contains("io/geminid/flink/GeminidShuffleServiceFactory.class");
    }

    @Test
    void nativeLibrariesHaveTheNamesThatTheirClassesLookFor() throws IOException {
        assertThat(
                        entries().stream()
                                .filter(name -> name.startsWith("META-INF/native/"))
                                .filter(name -> !name.startsWith(VERBS)))
                .containsExactlyInAnyOrder(
                        "META-INF/native/",
                        "META-INF/native/libio_geminid_shaded_netty_transport_native_epoll_x86_64.so",
                        "META-INF/native/libio_geminid_shaded_netty_transport_native_epoll_aarch_64.so");
        assertThat(
                        entries().stream()
                                .filter(name -> name.startsWith(VERBS) && !name.endsWith("/"))
                                .map(name -> name.substring(name.lastIndexOf('/') + 1)))
                .containsExactlyInAnyOrder("libdisni.so", "libdisni.so.sha256");
    }

    @Test
    void nothingElseIsInIt() throws IOException {
        assertThat(
                        entries().stream()
                                .filter(name -> !name.endsWith("/") && !name.endsWith(".class"))
                                .filter(name -> !name.startsWith("META-INF/native/")))
                .containsExactlyInAnyOrder(
                        "META-INF/MANIFEST.MF",
                        "META-INF/LICENSE.txt",
                        "META-INF/NOTICE.txt",
                        "META-INF/services/io.geminid.shuffle.ShuffleServiceFactory",
                        "META-INF/services/io.geminid.state.provider.StateStoreProvider");
    }

    @Test
    void servicesNameClassesThatAreThere() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            for (final JarEntry entry : jar.stream().toList()) {
                if (entry.getName().startsWith("META-INF/services/") && !entry.isDirectory()) {
                    try (InputStream stream = jar.getInputStream(entry)) {
                        lines(stream)
                                .forEach(
                                        name ->
                                                assertThat(
                                                                jar.getEntry(
                                                                        name.replace('.', '/')
                                                                                + ".class"))
                                                        .as(name)
                                                        .isNotNull());
                    }
                }
            }
        }
    }

    @Test
    void itsTransportLoadsItsOwnNativeLibrary() throws Exception {
        final ClassLoader withoutOurs =
                new ClassLoader(getClass().getClassLoader()) {
                    @Override
                    protected Class<?> loadClass(final String name, final boolean resolve)
                            throws ClassNotFoundException {
                        if (name.startsWith("io.geminid.") || name.startsWith("io.netty.")) {
                            throw new ClassNotFoundException(name);
                        }
                        return super.loadClass(name, resolve);
                    }
                };
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {JAR.toUri().toURL()}, withoutOurs)) {
            final Class<?> epoll =
                    loader.loadClass("io.geminid.shaded.io.netty.channel.epoll.Epoll");
            final Object cause = epoll.getMethod("unavailabilityCause").invoke(null);
            final boolean linux = System.getProperty("os.name").equals("Linux");
            assertThat(cause == null).as("%s", cause).isEqualTo(linux);
        }
    }

    private static List<String> lines(final InputStream stream) {
        return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
                .lines()
                .map(line -> line.replaceFirst("#.*", "").trim())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static List<String> entries() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            return jar.stream().map(JarEntry::getName).toList();
        }
    }
}
