package io.geminid.testing;

import io.geminid.config.ConfigKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** Compares the configuration table of a module's README with the keys that its code declares. */
public final class ConfigTable {
    private ConfigTable() {}

    /**
     * Requires the README of the module under test to hold exactly one row per key.
     *
     * @param keys all keys of the module
     * @throws AssertionError prints the table as it should be
     */
    public static void requireInReadme(final Collection<? extends ConfigKey<?>> keys) {
        require(TestedModule.directory().resolve("README.md"), keys);
    }

    /**
     * Requires a file to hold exactly one row per key, in the order of the keys.
     *
     * @param readme Markdown
     * @param keys all keys
     * @throws AssertionError prints the table as it should be
     */
    public static void require(final Path readme, final Collection<? extends ConfigKey<?>> keys) {
        final List<String> expected = keys.stream().map(ConfigTable::row).toList();
        final List<String> found;
        try {
            found =
                    Files.readAllLines(readme).stream()
                            .filter(line -> line.startsWith("| `" + ConfigKey.NAMESPACE))
                            .toList();
        } catch (final IOException e) {
            throw new AssertionError("cannot read " + readme, e);
        }
        if (!expected.equals(found)) {
            throw new AssertionError(
                    readme + " and the code differ; the code's keys are\n\n" + markdown(keys));
        }
    }

    /**
     * The table as it should be.
     *
     * @param keys all keys
     * @return Markdown
     */
    public static String markdown(final Collection<? extends ConfigKey<?>> keys) {
        final StringBuilder table =
                new StringBuilder(
                        "| key | unit | default | range | what for |\n|---|---|---|---|---|\n");
        keys.forEach(key -> table.append(row(key)).append('\n'));
        return table.toString();
    }

    private static String row(final ConfigKey<?> key) {
        return "| `"
                + key.name()
                + "` | "
                + key.unit()
                + " | "
                + (key.defaultText().isEmpty() ? "" : "`" + key.defaultText() + "`")
                + " | `"
                + key.range().replace("|", "`, `")
                + "` | "
                + key.doc()
                + " |";
    }
}
