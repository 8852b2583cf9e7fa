package io.geminid.memory;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;

/**
 * What a segment is being used for, for instance {@code input-exclusive}. An owner is a constant of
 * the module that uses it, never the name of a task or channel; leaks are counted by owner.
 *
 * <p>Interned: owners of one name are one object. Immutable; any thread.
 */
public final class SegmentOwner implements Comparable<SegmentOwner> {
    /**
     * Owners in one VM: they are constants in code, so more than this means that somebody makes
     * them at run time.
     */
    static final int OWNERS_MAX = 256;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final ConcurrentMap<String, SegmentOwner> OWNERS = new ConcurrentHashMap<>();

    private final String name;

    private SegmentOwner(final String name) {
        this.name = name;
    }

    /**
     * The owner of this name.
     *
     * @param name lower case letters, digits and dashes, at most 63
     * @return always the same object for a name
     * @throws IllegalArgumentException when the name has another form
     * @throws IllegalStateException when there are too many owners in this VM
     */
    public static SegmentOwner named(final String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("owner=" + name + " must match " + NAME);
        }
        if (OWNERS.size() >= OWNERS_MAX && !OWNERS.containsKey(name)) {
            throw new IllegalStateException(
                    "owners="
                            + OWNERS.size()
                            + " name="
                            + name
                            + ": an owner is a constant of a module");
        }
        return OWNERS.computeIfAbsent(name, SegmentOwner::new);
    }

    /**
     * The name.
     *
     * @return as given to {@link #named}
     */
    public String name() {
        return name;
    }

    @Override
    public int compareTo(final SegmentOwner other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
