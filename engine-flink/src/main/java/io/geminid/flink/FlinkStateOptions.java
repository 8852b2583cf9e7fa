package io.geminid.flink;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.config.Units;
import java.util.List;
import java.util.Map;

/**
 * The {@code geminid.*} keys of the state backend.
 *
 * @param memoryBytes of the stores of one slot; 0: the slot's managed memory
 * @param segmentBytes size of the pieces that memory is handed out in
 */
public record FlinkStateOptions(long memoryBytes, int segmentBytes) {

    /** In place of managed memory. */
    public static final ConfigKey<Long> MEMORY_BYTES =
            ConfigKey.bytes(
                    "geminid.flink.state.memory-bytes",
                    "0",
                    0,
                    1L << 42,
                    "Memory for the state of all operators of one slot, beside what Flink accounts"
                            + " for; 0: the slot's managed memory.");

    /** Size of a frame of the log. */
    public static final ConfigKey<Long> SEGMENT_BYTES =
            ConfigKey.bytes(
                    "geminid.flink.state.segment-bytes",
                    "32kb",
                    4096,
                    16 << 20,
                    "Pieces in which an operator takes memory for its state, a power of two. A longer"
                            + " value is stored in several.");

    /** All of them. */
    public static final List<ConfigKey<?>> KEYS = List.of(MEMORY_BYTES, SEGMENT_BYTES);

    /**
     * Reads and checks the keys.
     *
     * @param entries a configuration; what is not ours is ignored
     * @return checked options
     * @throws io.geminid.config.ConfigException for an unknown {@code geminid.*} key (names the
     *     nearest) or a value that cannot be read
     */
    public static FlinkStateOptions from(final Map<String, String> entries) {
        final GeminidProperties properties =
                GeminidProperties.of(entries, FlinkShuffleOptions.declared());
        return new FlinkStateOptions(
                properties.get(MEMORY_BYTES), Math.toIntExact(properties.get(SEGMENT_BYTES)));
    }

    @Override
    public String toString() {
        return "memory="
                + (memoryBytes == 0 ? "managed" : Units.bytesText(memoryBytes))
                + " segmentBytes="
                + segmentBytes;
    }
}
