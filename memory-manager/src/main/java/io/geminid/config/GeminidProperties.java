package io.geminid.config;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The {@code geminid.*} properties of a process, checked: every key is one that a component
 * declared, every value can be read. Other keys of the map given are ignored, so that an engine's
 * whole configuration may be passed.
 *
 * <p>Immutable; any thread.
 */
public final class GeminidProperties {
    private static final GeminidProperties DEFAULTS = new GeminidProperties(Map.of());

    private final Map<String, String> entries;

    private GeminidProperties(final Map<String, String> entries) {
        this.entries = entries;
    }

    /**
     * Every key at its default.
     *
     * @return properties without an entry
     */
    public static GeminidProperties defaults() {
        return DEFAULTS;
    }

    /**
     * Checks and keeps the {@code geminid.*} entries.
     *
     * @param entries may hold keys of other systems, which are ignored
     * @param declared the keys of all components of this process
     * @return the checked properties
     * @throws ConfigException when a {@code geminid.*} key is not declared (names the nearest
     *     declared one) or a value cannot be read
     */
    public static GeminidProperties of(
            final Map<String, String> entries, final Collection<? extends ConfigKey<?>> declared) {
        final Map<String, ConfigKey<?>> byName = new HashMap<>();
        for (final ConfigKey<?> key : declared) {
            final ConfigKey<?> other = byName.put(key.name(), key);
            if (other != null && other != key) {
                throw new IllegalArgumentException("key=" + key + " is declared twice");
            }
        }
        final Map<String, String> own = new TreeMap<>();
        entries.forEach(
                (name, value) -> {
                    if (name.startsWith(ConfigKey.NAMESPACE)) {
                        final ConfigKey<?> key = byName.get(name);
                        if (key == null) {
                            throw unknown(name, byName.keySet());
                        }
                        key.parse(value);
                        own.put(name, value);
                    }
                });
        return new GeminidProperties(Collections.unmodifiableMap(own));
    }

    /**
     * The value of a key, or its default.
     *
     * @param <T> type of the value
     * @param key a declared key
     * @return the value
     */
    public <T> T get(final ConfigKey<T> key) {
        return key.parse(entries.getOrDefault(key.name(), key.defaultText()));
    }

    /**
     * Whether the user set this key.
     *
     * @param key a declared key
     * @return false when {@link #get} would answer the default
     */
    public boolean isSet(final ConfigKey<?> key) {
        return entries.containsKey(key.name());
    }

    /**
     * What the user set, by name.
     *
     * @return unmodifiable, sorted
     */
    public Map<String, String> entries() {
        return entries;
    }

    @Override
    public String toString() {
        return entries.toString();
    }

    private static ConfigException unknown(final String name, final Collection<String> declared) {
        final List<String> sorted = declared.stream().sorted().toList();
        String nearest = null;
        int nearestDistance = Integer.MAX_VALUE;
        for (final String candidate : sorted) {
            final int distance = editDistance(name, candidate);
            if (distance < nearestDistance) {
                nearest = candidate;
                nearestDistance = distance;
            }
        }
        return new ConfigException(
                "unknown key=" + name + (nearest == null ? "" : ", nearest known key=" + nearest));
    }

    /** Levenshtein distance: letters to insert, delete or replace. */
    private static int editDistance(final String from, final String to) {
        int[] above = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            final int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                final int replace = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[to.length()];
    }
}
