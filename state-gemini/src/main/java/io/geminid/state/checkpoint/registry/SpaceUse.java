package io.geminid.state.checkpoint.registry;

import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateScope;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * How much of each shared file is alive. What was in a file is known from the acknowledgements of
 * the checkpoint that wrote it; after a restart of the coordinator, of what is still referred to.
 *
 * <p>Not thread-safe.
 */
final class SpaceUse {
    /** Below one half alive: then all files together are never more than twice what is alive. */
    private static final int DEAD_TO_ALIVE_MAX = 2;

    private final Map<UUID, Long> fileEnds = new HashMap<>();
    private Set<UUID> sparse = Set.of();

    /** Files of which less than half was alive in the last completed checkpoint. */
    Set<UUID> sparse() {
        return sparse;
    }

    void seen(final Stream<StateHandle> handles) {
        handles.filter(handle -> handle.file().scope() == StateScope.SHARED)
                .forEach(
                        handle ->
                                fileEnds.merge(
                                        handle.file().id(),
                                        handle.offset() + handle.length(),
                                        Math::max));
    }

    void completed(final Stream<StateHandle> handles) {
        final Map<UUID, Long> alive = new HashMap<>();
        final Set<StateHandle> counted = new HashSet<>();
        handles.filter(handle -> handle.file().scope() == StateScope.SHARED)
                .filter(counted::add)
                .forEach(handle -> alive.merge(handle.file().id(), handle.length(), Long::sum));
        final Set<UUID> found = new HashSet<>();
        alive.forEach(
                (file, bytes) -> {
                    if (bytes * DEAD_TO_ALIVE_MAX < fileEnds.getOrDefault(file, 0L)) {
                        found.add(file);
                    }
                });
        sparse = found;
    }

    void deleted(final StateFile file) {
        fileEnds.remove(file.id());
    }
}
