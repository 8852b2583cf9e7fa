package io.geminid.runtime.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The arguments of a job: {@code --name value} pairs, a name with as many values as follow it. To
 * be read while the job is defined: a name that was not asked for by then is refused. One thread.
 */
public final class JobArguments {

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final Set<String> read = new HashSet<>();

    /**
     * Reads arguments.
     *
     * @param arguments names begin with {@code --}; all else are values of the name before
     */
    public JobArguments(final List<String> arguments) {
        List<String> current = null;
        for (final String argument : arguments) {
            if (argument.startsWith("--")) {
                current = values.computeIfAbsent(argument.substring(2), name -> new ArrayList<>());
            } else if (current == null) {
                throw new IllegalArgumentException("argument=" + argument + " has no --name");
            } else {
                current.add(argument);
            }
        }
    }

    /**
     * All values of a name.
     *
     * @param name without {@code --}
     * @return as many as were given, in order
     */
    public List<String> all(final String name) {
        read.add(name);
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /**
     * Whether a name was given, with or without values.
     *
     * @param name without {@code --}
     * @return true if so
     */
    public boolean has(final String name) {
        read.add(name);
        return values.containsKey(name);
    }

    /**
     * The one value of a name.
     *
     * @param name without {@code --}
     * @return its value
     * @throws IllegalArgumentException if it was not given, or more than one
     */
    public String required(final String name) {
        final List<String> found = all(name);
        if (found.size() != 1) {
            throw new IllegalArgumentException(
                    "argument=--" + name + " values=" + found.size() + " expected=1");
        }
        return found.get(0);
    }

    /**
     * The one value of a name, or another.
     *
     * @param name without {@code --}
     * @param absent what to return if it was not given
     * @return its value
     */
    public String optional(final String name, final String absent) {
        return has(name) ? required(name) : absent;
    }

    /**
     * The one value of a name as a number, or another.
     *
     * @param name without {@code --}
     * @param absent what to return if it was not given
     * @return its value
     */
    public long optional(final String name, final long absent) {
        if (!has(name)) {
            return absent;
        }
        final String text = required(name);
        try {
            return Long.parseLong(text);
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException(
                    "argument=--" + name + " value=" + text + " is no number", e);
        }
    }

    /** Refuses names that the program never asked for: they are most likely mistyped. */
    void refuseUnread() {
        for (final String name : values.keySet()) {
            if (!read.contains(name)) {
                throw new IllegalArgumentException("argument=--" + name + " is unknown");
            }
        }
    }
}
