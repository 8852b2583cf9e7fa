package io.geminid.verbs.jni;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The library exports the natives that Java declares, all of them and nothing else. */
class ExportedNativesTest {

    private static final int DISNI_NATIVES = 48;

    @Test
    void exactlyTheDeclaredNativesAreExported() throws Exception {
        Set<String> declared = new TreeSet<>();
        // Not initialized: its initializer loads the library by name.
        Class<?> dispatcher =
                Class.forName(
                        "com.ibm.disni.verbs.impl.NativeDispatcher",
                        false,
                        getClass().getClassLoader());
        declared.addAll(symbols(dispatcher));
        assertThat(declared).hasSize(DISNI_NATIVES);
        declared.addAll(symbols(RdmaNatives.class));

        assertThat(exported()).isEqualTo(declared);
    }

    private static Set<String> symbols(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isNative(method.getModifiers()))
                .map(Method::getName)
                .map(name -> "Java_" + mangled(type.getName()) + "_" + mangled(name))
                .collect(Collectors.toSet());
    }

    private static String mangled(String name) {
        return name.replace("_", "_1").replace('.', '_');
    }

    private static Set<String> exported() throws Exception {
        String machine = System.getProperty("os.arch").replace("amd64", "x86_64");
        Path library = Path.of("target/classes/META-INF/native/linux-" + machine + "/libdisni.so");
        Process process =
                new ProcessBuilder("nm", "-D", "--defined-only", library.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.lines()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
