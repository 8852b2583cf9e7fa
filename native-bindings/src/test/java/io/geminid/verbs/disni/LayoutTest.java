package io.geminid.verbs.disni;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.verbs.AsyncEvent;
import io.geminid.verbs.MemoryAccess;
import io.geminid.verbs.VerbsException.Errno;
import io.geminid.verbs.info.QueuePairState;
import io.geminid.verbs.jni.NativeRecords;
import io.geminid.verbs.work.RequestLayout;
import io.geminid.verbs.work.SendList;
import io.geminid.verbs.work.WorkStatus;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every number that Java has from a C header is the compiler's. */
class LayoutTest {

    private static final Map<String, Class<?>> CLASSES =
            Map.of(
                    "RequestLayout", RequestLayout.class,
                    "SendList", SendList.class,
                    "NativeRecords", NativeRecords.class,
                    "SocketAddresses", SocketAddresses.class,
                    "DisniConnectionManager", DisniConnectionManager.class,
                    "DisniDevice", DisniDevice.class);

    @Test
    void javaAgreesWithTheHeaders(@TempDir Path directory) throws Exception {
        Map<String, Integer> java = new LinkedHashMap<>();
        Set<String> compared = new HashSet<>();
        for (String line : printed(directory).lines().toList()) {
            String name = line.substring(0, line.indexOf('='));
            int expected = Integer.parseInt(line.substring(line.indexOf('=') + 1));
            java.put(name, value(name));
            compared.add(name);
            assertThat(value(name)).as(name).isEqualTo(expected);
        }
        assertThat(compared).containsAll(constants("RequestLayout", RequestLayout.class));
        assertThat(compared).containsAll(constants("NativeRecords", NativeRecords.class));
        assertThat(java).hasSizeGreaterThan(130);
    }

    private static String printed(Path directory) throws Exception {
        Path program = directory.resolve("layout");
        run(
                "gcc",
                "-std=gnu11",
                "-Wall",
                "-Werror",
                "-Isrc/main/native",
                "src/test/native/layout.c",
                "-o",
                program.toString());
        return run(program.toString());
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static int value(String name) throws ReflectiveOperationException {
        String type = name.substring(0, name.indexOf('.'));
        String constant = name.substring(name.indexOf('.') + 1);
        return switch (type) {
            case "WorkStatus" -> WorkStatus.valueOf(constant).ordinal();
            case "QueuePairState" -> QueuePairState.valueOf(constant).ordinal();
            case "CmEventType" -> CmEventType.valueOf(constant).ordinal();
            case "MemoryAccess" -> MemoryAccess.valueOf(constant).bit();
            case "AsyncEvent" -> AsyncEvent.Kind.valueOf(constant).number();
            case "Errno" -> Errno.valueOf(constant).number();
            default -> {
                Field field = CLASSES.get(type).getDeclaredField(constant);
                field.setAccessible(true);
                yield ((Number) field.get(null)).intValue();
            }
        };
    }

    private static Set<String> constants(String name, Class<?> type) {
        Set<String> names = new HashSet<>();
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                names.add(name + "." + field.getName());
            }
        }
        return names;
    }

    @Test
    void theSourcesAreWhereTheTestLooks() {
        assertThat(Files.isRegularFile(Path.of("src/main/native/geminid_records.h"))).isTrue();
    }
}
