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
final class StateSubjects {

    /** Compared with the others, where it is on the class path. */
    static final String OURS = "gemini";

    private StateSubjects() {}

    /** Ours, if it is there, and then the peers. */
    static List<String> of(final List<String> peers) {
        final StateStores stores = ConfigurationKeys.stateStores();
        final Set<String> subjects = new LinkedHashSet<>();
        if (stores.names().contains(OURS)) {
            subjects.add(OURS);
        }
        peers.forEach(peer -> subjects.add(stores.named(peer).name()));
        return List.copyOf(subjects);
    }

    /** What a child is told, as {@code KEY=VALUE}; what a user has set wins. */
    static List<String> properties(final String name, final StatePlan plan) {
        final Map<String, String> properties = new TreeMap<>();
        final String memory = Long.toString(plan.memoryBytes());
        properties.put(SegmentPoolContext.MAX_BYTES.name(), memory);
        properties.put(RocksDbSettings.MEMORY_BYTES.name(), memory);
        properties.putAll(plan.properties());
        properties.put(StateStores.STORE.name(), name);
        final List<String> arguments = new ArrayList<>();
        properties.forEach((key, value) -> arguments.add(key + "=" + value));
        return arguments;
    }
}
