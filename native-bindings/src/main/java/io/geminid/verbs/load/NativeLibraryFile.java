package io.geminid.verbs.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * The native library as a file of its own: copied out of the jar into a new directory that only
 * this user can enter, checked against the SHA-256 beside it, and removed again once it is loaded.
 */
public final class NativeLibraryFile implements AutoCloseable {

    /** System property: the directory below which the private one is made; by default the JVM's. */
    public static final String DIRECTORY_PROPERTY = "geminid.verbs.nativeDir";

    private static final String NAME = "libdisni.so";
    private static final Set<PosixFilePermission> PRIVATE =
            PosixFilePermissions.fromString("rwx------");

    private final Path directory;
    private final Path file;

    private NativeLibraryFile(Path directory) {
        this.directory = directory;
        this.file = directory.resolve(NAME);
    }

    /**
     * Copies this architecture's library out of the jar.
     *
     * @return the file; the caller closes it after loading
     * @throws IOException if there is none for this architecture, or its checksum is wrong, or the
     *     private directory cannot be made
     */
    public static NativeLibraryFile extract() throws IOException {
        String parent =
                System.getProperty(DIRECTORY_PROPERTY, System.getProperty("java.io.tmpdir"));
        return extract(NativeLibraryFile.class.getClassLoader(), Path.of(parent));
    }

    static NativeLibraryFile extract(ClassLoader resources, Path parent) throws IOException {
        String resource = "META-INF/native/linux-" + architecture() + "/" + NAME;
        byte[] library = read(resources, resource);
        String expected =
                new String(read(resources, resource + ".sha256"), StandardCharsets.US_ASCII).trim();
        check(resource, library, expected);

        FileAttribute<?> onlyOurs = PosixFilePermissions.asFileAttribute(PRIVATE);
        NativeLibraryFile made =
                new NativeLibraryFile(
                        Files.createTempDirectory(parent, "geminid-native-", onlyOurs));
        try {
            made.write(library);
            // What is loaded is what was checked: read it back from where it will be loaded.
            check(made.file.toString(), Files.readAllBytes(made.file), expected);
            return made;
        } catch (IOException e) {
            made.close();
            throw e;
        }
    }

    private void write(byte[] library) throws IOException {
        Set<PosixFilePermission> actual =
                Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
        if (!actual.equals(PRIVATE)) {
            throw new IOException(
                    "directory=%s mode=%s expected=%s"
                            .formatted(
                                    directory,
                                    PosixFilePermissions.toString(actual),
                                    PosixFilePermissions.toString(PRIVATE)));
        }
        try (OutputStream out =
                Files.newOutputStream(
                        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(library);
        }
    }

    static String architecture() {
        String name = System.getProperty("os.arch", "");
        return name.equals("amd64") ? "x86_64" : name;
    }

    private static byte[] read(ClassLoader resources, String name) throws IOException {
        try (InputStream in = resources.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("resource=" + name + " is not in the jar");
            }
            return in.readAllBytes();
        }
    }

    private static void check(String what, byte[] bytes, String expected) throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            String actual = HexFormat.of().formatHex(digest);
            if (!actual.equals(expected)) {
                throw new IOException(
                        "file=%s sha256=%s expected=%s".formatted(what, actual, expected));
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("every JDK has SHA-256, this one does not", e);
        }
    }

    /**
     * Where the library is.
     *
     * @return an absolute path
     */
    public Path path() {
        return file.toAbsolutePath();
    }

    /** Removes file and directory; a loaded library stays usable. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(directory);
    }
}
