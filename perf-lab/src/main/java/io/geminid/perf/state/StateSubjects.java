package io.geminid.perf.state;

import io.geminid.memory.SegmentPoolContext;
import io.geminid.perf.ConfigurationKeys;
import io.geminid.state.provider.StateStores;
import io.geminid.state.rocksdb.db.RocksDbSettings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Who is measured, and with which properties. */
public final class StateSubjects {

    /** Compared with the others, where it is on the class path. */
    public static final String OURS = "gemini";

    /** A Java heap that is never short, whatever the store: an entry on it takes up to so much. */
    private static final long HEAP_BYTES_A_KEY = 700;

    private static final long HEAP_BYTES_MIN = 512L << 20;

    /** Buffers of serializers and the like, beside the store's memory. */
    private static final long DIRECT_BYTES_MORE = 256L << 20;

    private StateSubjects() {}

    /**
     * Flags of the JVMs; the same for all subjects. The collector is the default one.
     *
     * @param keys that are loaded
     * @param valueBytes size of a value
     * @param memoryBytes that a store outside the Java heap may use
     * @return for {@code ChildJvm}
     */
    public static List<String> jvmFlags(
            final long keys, final int valueBytes, final long memoryBytes) {
        final long heap = HEAP_BYTES_MIN + keys * (HEAP_BYTES_A_KEY + 3L * valueBytes);
        return List.of(
                "-XX:+UseG1GC",
                "-Xms" + HEAP_BYTES_MIN,
                "-Xmx" + heap,
                "-XX:MaxDirectMemorySize=" + (memoryBytes + memoryBytes / 8 + DIRECT_BYTES_MORE));
    }

    /**
     * Ours, if it is there, and then the peers.
     *
     * @param peers names of stores
     * @return each once
     * @throws io.geminid.config.ConfigException if there is no such store
     */
    public static List<String> of(final List<String> peers) {
        final StateStores stores = ConfigurationKeys.stateStores();
        final Set<String> subjects = new LinkedHashSet<>();
        if (stores.names().contains(OURS)) {
            subjects.add(OURS);
        }
        peers.forEach(peer -> subjects.add(stores.named(peer).name()));
        return List.copyOf(subjects);
    }

    /**
     * What a child is told; what a user has set wins.
     *
     * @param name of the store
     * @param memoryBytes that a store outside the Java heap may use
     * @param set by the user
     * @return as {@code KEY=VALUE}
     */
    public static List<String> properties(
            final String name, final long memoryBytes, final Map<String, String> set) {
        final Map<String, String> properties = new TreeMap<>();
        final String memory = Long.toString(memoryBytes);
        properties.put(SegmentPoolContext.MAX_BYTES.name(), memory);
        properties.put(RocksDbSettings.MEMORY_BYTES.name(), memory);
        properties.putAll(set);
        properties.put(StateStores.STORE.name(), name);
        final List<String> arguments = new ArrayList<>();
        properties.forEach((key, value) -> arguments.add(key + "=" + value));
        return arguments;
    }
}
