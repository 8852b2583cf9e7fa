package io.geminid.testing;

import java.nio.file.Path;

/** Where the module under test is. */
final class TestedModule {
    private TestedModule() {}

    static Path directory() {
        return Path.of(System.getProperty("basedir", System.getProperty("user.dir")));
    }

    static String name() {
        return directory().getFileName().toString();
    }
}
