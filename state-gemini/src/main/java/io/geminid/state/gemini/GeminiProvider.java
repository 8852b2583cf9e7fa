package io.geminid.state.gemini;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.gemini.spill.SpillDisk;
import io.geminid.state.gemini.spill.SpillSpace;
import io.geminid.state.provider.StateResources;
import io.geminid.state.provider.StateStoreProvider;
import java.util.List;

/** The store outside the heap, under the name {@code gemini}. */
public final class GeminiProvider implements StateStoreProvider {

    /** How much of the process's memory one store may take. */
    public static final ConfigKey<Integer> MEMORY_PERCENT =
            ConfigKey.integer(
                    "geminid.state.gemini.memory-percent",
                    70,
                    1,
                    100,
                    "Percent of geminid.memory.max-bytes that one store may take, out of what nobody"
                            + " has reserved.");

    /** How much the stores of a process may put on disk. */
    public static final ConfigKey<Long> DISK_MAX_BYTES =
            ConfigKey.bytes(
                    "geminid.state.gemini.disk-max-bytes",
                    "64gb",
                    0,
                    1L << 42,
                    "What the stores of a process may put under geminid.state.local-dir together,"
                            + " of state that does not fit into memory; 0: nothing.");

    /** For {@code ServiceLoader}. */
    public GeminiProvider() {}

    @Override
    public String name() {
        return "gemini";
    }

    @Override
    public List<ConfigKey<?>> keys() {
        return List.of(MEMORY_PERCENT, DISK_MAX_BYTES);
    }

    @Override
    public int segmentsMin(final GeminidProperties properties) {
        return GeminiStateStoreFactory.SEGMENTS_MIN;
    }

    @Override
    public StateStoreFactory open(final StateResources resources) {
        final long share =
                (long) resources.pool().capacity()
                        * resources.properties().get(MEMORY_PERCENT)
                        / 100;
        return new GeminiStateStoreFactory(
                resources.pool(),
                (int) Math.max(GeminiStateStoreFactory.SEGMENTS_MIN, share),
                new SpillSpace(
                        resources.directory(),
                        resources.properties().get(DISK_MAX_BYTES),
                        SpillDisk.ofHost()),
                resources.readers());
    }
}
