package io.geminid.flink.state.checkpoint;

import io.geminid.flink.state.StateMemory;
import io.geminid.flink.state.checkpoint.CanonicalSnapshot.KvState;
import io.geminid.flink.state.kind.StoredState;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.gemini.GeminiStateStore;
import io.geminid.state.gemini.GeminiStateStore.Cell;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.StateDescriptor.Type;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.CompositeKeySerializationUtils;
import org.apache.flink.runtime.state.KeyValueStateIterator;
import org.apache.flink.runtime.state.ListDelimitedSerializer;
import org.apache.flink.runtime.state.SerializedCompositeKeyBuilder;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueStateSnapshot;

/**
 * Entries by key group, then state. Each key group is restored into a store of its own, of which
 * there is one at a time. One thread.
 *
 * @param <K> type of the keys
 */
final class CanonicalIterator<K> implements KeyValueStateIterator {

    private static final byte[] NO_VALUE = {};
    private static final int BUFFER_BYTES = 128;

    private final CanonicalSnapshot<K> snapshot;
    private final List<StatePart> parts;
    private final CheckpointStorage storage;
    private final StateMemory memory;
    private final Iterator<Integer> groups;
    private final List<HeapPriorityQueueStateSnapshot<?>> timers;
    private final SerializedCompositeKeyBuilder<K> keyBuilder;
    private final DataOutputSerializer buffer = new DataOutputSerializer(BUFFER_BYTES);
    private final ListDelimitedSerializer lists = new ListDelimitedSerializer();
    private final int prefixBytes;

    /** Entries of the cell, or of the timer, that comes next. */
    private final Deque<Entry> ready = new ArrayDeque<>();

    private GeminiStateStore<K> store;
    private Source source = new Source(-1, Integer.MAX_VALUE, Collections.emptyIterator());
    private Entry entry;
    private boolean newState;
    private boolean newGroup;

    /** An entry of a savepoint. */
    private record Entry(byte[] key, byte[] value) {}

    /** What fills {@link #ready}, and where it is from. */
    private record Source(int group, int state, Iterator<? extends Filling> fillings) {}

    /** Puts entries into {@link #ready}, none if they are too old. */
    @FunctionalInterface
    private interface Filling {
        void fill() throws IOException;
    }

    CanonicalIterator(
            final CanonicalSnapshot<K> snapshot,
            final List<StatePart> parts,
            final CheckpointStorage storage)
            throws IOException {
        this.snapshot = snapshot;
        this.parts = parts;
        this.storage = storage;
        this.groups = snapshot.getKeyGroupRange().iterator();
        this.timers = snapshot.timers();
        this.prefixBytes =
                CompositeKeySerializationUtils.computeRequiredBytesInKeyGroupPrefix(
                        snapshot.groups());
        this.keyBuilder =
                new SerializedCompositeKeyBuilder<>(
                        snapshot.getKeySerializer(), prefixBytes, BUFFER_BYTES);
        this.memory = snapshot.memory();
        try {
            next();
        } catch (final IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void next() throws IOException {
        newState = false;
        newGroup = false;
        while (ready.isEmpty()) {
            if (source.fillings.hasNext()) {
                source.fillings.next().fill();
            } else if (!openNext()) {
                entry = null;
                return;
            }
        }
        entry = ready.poll();
    }

    /** Goes on with the next state, or the next key group; false if there is none. */
    private boolean openNext() throws IOException {
        final int next = source.state + 1;
        if (source.state < snapshot.states().size() + timers.size() - 1) {
            newState = true;
            source = new Source(source.group, next, fillings(source.group, next));
            return true;
        }
        if (!groups.hasNext()) {
            return false;
        }
        final int group = groups.next();
        if (store != null) {
            store.close();
        }
        store = snapshot.storeOf(group, memory);
        store.restore(0, parts, storage);
        newState = true;
        newGroup = true;
        source = new Source(group, 0, fillings(group, 0));
        return true;
    }

    private Iterator<? extends Filling> fillings(final int group, final int state) {
        final int states = snapshot.states().size();
        if (state < states) {
            return fillings(snapshot.states().get(state));
        }
        return state - states < timers.size()
                ? timers(group, timers.get(state - states))
                : Collections.emptyIterator();
    }

    private <N, V> Iterator<? extends Filling> fillings(final KvState<K, N, V> state) {
        final StoredState<K, N, V> stored = state.in(store);
        return stored.cells().stream()
                .map(cell -> (Filling) () -> fill(state, stored, cell))
                .iterator();
    }

    private <N, V> void fill(
            final KvState<K, N, V> state, final StoredState<K, N, V> stored, final Cell<K, N> cell)
            throws IOException {
        stored.at(cell);
        final V found = stored.get();
        final V value =
                state.transformer() == null || found == null
                        ? found
                        : state.transformer().filterOrTransform(found);
        if (value == null) {
            return;
        }
        keyBuilder.setKeyAndKeyGroup(cell.key(), cell.keyGroup());
        if (state.id().type() == Type.MAP) {
            for (final Map.Entry<?, ?> each : ((Map<?, ?>) value).entrySet()) {
                final byte[] key =
                        keyBuilder.buildCompositeKeyNamesSpaceUserKey(
                                cell.namespace(),
                                state.namespaces(),
                                each.getKey(),
                                stored.mapKeySerializer());
                ready.add(new Entry(key, mapValue(each.getValue(), stored.partSerializer())));
            }
        } else {
            final byte[] key =
                    keyBuilder.buildCompositeKeyNamespace(cell.namespace(), state.namespaces());
            ready.add(new Entry(key, value(state, stored, value)));
        }
    }

    @SuppressWarnings("unchecked") // the kind of state says so
    private <N, V> byte[] value(
            final KvState<K, N, V> state, final StoredState<K, N, V> stored, final V value)
            throws IOException {
        if (state.id().type() == Type.LIST) {
            return lists.serializeList((List<Object>) value, stored.partSerializer());
        }
        buffer.clear();
        state.values().serialize(value, buffer);
        return buffer.getCopyOfBuffer();
    }

    private byte[] mapValue(final Object value, final TypeSerializer<Object> serializer)
            throws IOException {
        buffer.clear();
        buffer.writeBoolean(value == null);
        if (value != null) {
            serializer.serialize(value, buffer);
        }
        return buffer.getCopyOfBuffer();
    }

    private <T> Iterator<? extends Filling> timers(
            final int group, final HeapPriorityQueueStateSnapshot<T> queue) {
        final TypeSerializer<T> serializer = queue.getMetaInfo().getElementSerializer();
        final Iterator<T> elements = queue.getIteratorForKeyGroup(group);
        return new Iterator<Filling>() {
            @Override
            public boolean hasNext() {
                return elements.hasNext();
            }

            @Override
            public Filling next() {
                final T element = elements.next();
                return () -> {
                    buffer.clear();
                    CompositeKeySerializationUtils.writeKeyGroup(group, prefixBytes, buffer);
                    serializer.serialize(element, buffer);
                    ready.add(new Entry(buffer.getCopyOfBuffer(), NO_VALUE));
                };
            }
        };
    }

    @Override
    public int keyGroup() {
        return source.group;
    }

    @Override
    public byte[] key() {
        return entry.key;
    }

    @Override
    public byte[] value() {
        return entry.value;
    }

    @Override
    public int kvStateId() {
        return source.state;
    }

    @Override
    public boolean isNewKeyValueState() {
        return newState;
    }

    @Override
    public boolean isNewKeyGroup() {
        return newGroup;
    }

    @Override
    public boolean isValid() {
        return entry != null;
    }

    @Override
    public void close() {
        if (store != null) {
            store.close();
            store = null;
        }
        memory.close();
    }
}
