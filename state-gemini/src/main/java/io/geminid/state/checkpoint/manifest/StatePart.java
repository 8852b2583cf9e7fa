package io.geminid.state.checkpoint.manifest;

import io.geminid.state.KeyGroupRange;
import io.geminid.state.checkpoint.StateHandle;
import java.util.List;
import java.util.Objects;

/**
 * One part of a subtask's snapshot: some ranges of files, and what is needed to understand them.
 *
 * @param kind what it is
 * @param format who wrote the bytes and in which version, such as {@code gemini/1}
 * @param keyGroups the groups it holds; an empty range when it has no keys
 * @param schemas the states in it
 * @param handles where the bytes are; their order means what the format says
 * @param inline small bytes that belong to it, as the format says
 */
public record StatePart(
        PartKind kind,
        String format,
        KeyGroupRange keyGroups,
        List<StateSchema> schemas,
        List<StateHandle> handles,
        Bytes inline) {

    /** The range of a part without keys. */
    public static final KeyGroupRange NO_KEYS = new KeyGroupRange(0, -1);

    /** Copies the lists. */
    public StatePart {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(keyGroups, "keyGroups");
        Objects.requireNonNull(inline, "inline");
        schemas = List.copyOf(schemas);
        handles = List.copyOf(handles);
    }

    /**
     * A part without keys and schemas.
     *
     * @param kind what it is
     * @param format who wrote the bytes and in which version
     * @param handles where they are
     * @param inline small bytes that belong to it
     * @return the part
     */
    public static StatePart of(
            final PartKind kind,
            final String format,
            final List<StateHandle> handles,
            final Bytes inline) {
        return new StatePart(kind, format, NO_KEYS, List.of(), handles, inline);
    }

    /**
     * The same bytes in other places.
     *
     * @param others where they are
     * @return a changed copy
     */
    public StatePart withHandles(final List<StateHandle> others) {
        return new StatePart(kind, format, keyGroups, schemas, others, inline);
    }

    /**
     * Bytes in files that this part refers to, including those that earlier checkpoints wrote.
     *
     * @return sum of the handles' lengths
     */
    public long referencedBytes() {
        return handles.stream().mapToLong(StateHandle::length).sum();
    }
}
