package io.geminid.flink.state;

import io.geminid.state.gemini.GeminiStateStore;
import org.apache.flink.runtime.state.InternalKeyContext;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeOffsets;

/**
 * The current key, told to the store as soon as its group is known: Flink sets the key first.
 *
 * @param <K> type of the keys
 */
final class GeminiKeyContext<K> implements InternalKeyContext<K> {

    private final KeyGroupRange range;
    private final int groups;
    private final GeminiStateStore<K> store;
    private K key;
    private int group;

    GeminiKeyContext(final KeyGroupRange range, final int groups, final GeminiStateStore<K> store) {
        this.range = range;
        this.groups = groups;
        this.store = store;
    }

    @Override
    public K getCurrentKey() {
        return key;
    }

    @Override
    public int getCurrentKeyGroupIndex() {
        return group;
    }

    @Override
    public int getNumberOfKeyGroups() {
        return groups;
    }

    @Override
    public KeyGroupRange getKeyGroupRange() {
        return range;
    }

    @Override
    public void setCurrentKey(final K currentKey) {
        key = currentKey;
    }

    @Override
    public void setCurrentKeyGroupIndex(final int currentKeyGroupIndex) {
        if (!range.contains(currentKeyGroupIndex)) {
            throw KeyGroupRangeOffsets.newIllegalKeyGroupException(currentKeyGroupIndex, range);
        }
        group = currentKeyGroupIndex;
        store.setCurrentKey(key, currentKeyGroupIndex);
    }
}
