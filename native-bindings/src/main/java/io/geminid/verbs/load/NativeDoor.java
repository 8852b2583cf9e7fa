package io.geminid.verbs.load;

import io.geminid.verbs.VerbsProvider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.List;

/**
 * Loads the classes with natives, DiSNI's and ours, by a class loader that gives them our library.
 *
 * <p>DiSNI asks {@code System.loadLibrary("disni")} in a static initializer, which searches {@code
 * java.library.path}, where anyone's file may lie. But the class loader of the asking class is
 * asked first: so these classes get a loader of their own, whose answer is always the checked file.
 */
public final class NativeDoor {

    private static final String PROVIDER = "io.geminid.verbs.disni.DisniProvider";

    private NativeDoor() {}

    /**
     * Loads the library and everything above it.
     *
     * @return this host's provider
     * @throws IOException if the library is missing, not the one that was built, or does not fit
     */
    public static VerbsProvider open() throws IOException {
        try (NativeLibraryFile library = NativeLibraryFile.extract()) {
            Class<?> type =
                    new NativeClasses(NativeDoor.class.getClassLoader(), library)
                            .loadClass(PROVIDER);
            return (VerbsProvider) type.getConstructor().newInstance();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IOException || e.getCause() instanceof LinkageError) {
                throw new IOException(e.getCause().getMessage(), e.getCause());
            }
            throw new IOException(e.getCause().toString(), e);
        } catch (ReflectiveOperationException e) {
            throw new IOException("class=" + PROVIDER + " " + e, e);
        }
    }

    /** Defines the classes with natives, and what touches them, from the parent's class files. */
    private static final class NativeClasses extends ClassLoader {

        private static final List<String> OURS =
                List.of("com.ibm.disni.", "io.geminid.verbs.disni.", "io.geminid.verbs.jni.");

        private final String library;

        NativeClasses(ClassLoader parent, NativeLibraryFile file) {
            super(parent);
            library = file.path().toString();
        }

        @Override
        protected String findLibrary(String name) {
            return name.equals("disni") ? library : null;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (OURS.stream().noneMatch(name::startsWith)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> type = findLoadedClass(name);
                return type != null ? type : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            String resource = name.replace('.', '/') + ".class";
            try (InputStream in = getParent().getResourceAsStream(resource)) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(
                        name, bytes, 0, bytes.length, NativeDoor.class.getProtectionDomain());
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
