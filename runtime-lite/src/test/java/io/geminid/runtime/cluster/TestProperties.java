package io.geminid.runtime.cluster;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.service.ShuffleOptions;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Configuration of clusters in tests: small segments, little memory, frequent progress. */
final class TestProperties {

    private TestProperties() {}

    static GeminidProperties small(final Map<String, String> more) {
        return small(more, List.of());
    }

    /** With keys that this module does not know. */
    static GeminidProperties small(
            final Map<String, String> more, final List<ConfigKey<?>> moreKeys) {
        final Map<String, String> entries = new TreeMap<>();
        entries.put(SegmentPoolContext.SEGMENT_BYTES.name(), "4kb");
        entries.put(SegmentPoolContext.SLAB_BYTES.name(), "64kb");
        entries.put(SegmentPoolContext.MAX_BYTES.name(), "4mb");
        entries.put(ClusterKeys.PROGRESS_INTERVAL.name(), "50ms");
        entries.putAll(more);
        final List<ConfigKey<?>> keys = new ArrayList<>(SegmentPoolContext.KEYS);
        keys.addAll(ShuffleServices.KEYS);
        keys.addAll(ShuffleOptions.KEYS);
        keys.addAll(SortMergeOptions.KEYS);
        keys.addAll(ClusterKeys.KEYS);
        keys.addAll(moreKeys);
        return GeminidProperties.of(entries, keys);
    }

    static GeminidProperties small() {
        return small(Map.of());
    }
}
