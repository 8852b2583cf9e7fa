package io.geminid.verbs.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library leaves the jar checked, into a directory that nobody else can enter (S-25). */
class NativeLibraryFileTest {

    @TempDir private Path parent;

    @Test
    void theDirectoryIsPrivateAndGoneAfterClose() throws Exception {
        Path directory;
        try (NativeLibraryFile library = extract(bytes -> bytes, text -> text)) {
            directory = library.path().getParent();
            assertThat(directory.getParent()).isEqualTo(parent);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .isEqualTo("rwx------");
            assertThat(library.path()).isRegularFile().hasFileName("libdisni.so");
        }
        assertThat(directory).doesNotExist();
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void aLibraryThatWasTamperedWithIsRefused() {
        assertThatThrownBy(
                        () ->
                                extract(
                                        bytes -> {
                                            bytes[bytes.length / 2] ^= 1;
                                            return bytes;
                                        },
                                        text -> text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sha256=")
                .hasMessageContaining("expected=");
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void aWrongChecksumIsRefused() {
        assertThatThrownBy(() -> extract(bytes -> bytes, text -> text.replace('a', 'b')))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sha256=");
    }

    @Test
    void aJarWithoutTheLibrarySaysWhichIsMissing() {
        ClassLoader empty = new ClassLoader(null) {};
        assertThatThrownBy(() -> NativeLibraryFile.extract(empty, parent))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("META-INF/native/linux-")
                .hasMessageContaining("is not in the jar");
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsNamed() {
        Path missing = parent.resolve("missing");
        assertThatThrownBy(
                        () ->
                                NativeLibraryFile.extract(
                                        NativeLibraryFile.class.getClassLoader(), missing))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(missing.toString());
    }

    private NativeLibraryFile extract(UnaryOperator<byte[]> library, UnaryOperator<String> checksum)
            throws IOException {
        ClassLoader altered =
                new ClassLoader(getClass().getClassLoader()) {
                    @Override
                    public InputStream getResourceAsStream(String name) {
                        return altered(super.getResourceAsStream(name), name, library, checksum);
                    }
                };
        return NativeLibraryFile.extract(altered, parent);
    }

    private static InputStream altered(
            InputStream in,
            String name,
            UnaryOperator<byte[]> library,
            UnaryOperator<String> checksum) {
        try (in) {
            byte[] bytes = in.readAllBytes();
            if (name.endsWith(".sha256")) {
                String text = new String(bytes, StandardCharsets.US_ASCII);
                return new ByteArrayInputStream(
                        checksum.apply(text).getBytes(StandardCharsets.US_ASCII));
            }
            return new ByteArrayInputStream(library.apply(bytes));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
