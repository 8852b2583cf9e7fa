package io.geminid.flink.state.checkpoint;

import io.geminid.flink.state.checkpoint.TimerStates.Queue;
import io.geminid.flink.state.checkpoint.UploadedBlobs.LocalCopy;
import io.geminid.flink.state.kind.RegisteredState;
import io.geminid.flink.state.kind.RegisteredStates;
import io.geminid.flink.state.kind.StoredState;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.gemini.GeminiStateStore;
import io.geminid.state.gemini.GeminiStateStore.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.state.CompositeKeySerializationUtils;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalLocalKeyedStateHandle;
import org.apache.flink.runtime.state.KeyedBackendSerializationProxy;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.ListDelimitedSerializer;
import org.apache.flink.runtime.state.SavepointKeyedStateHandle;
import org.apache.flink.runtime.state.StateSerializerProvider;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot.BackendStateType;
import org.apache.flink.runtime.state.restore.FullSnapshotRestoreOperation;
import org.apache.flink.runtime.state.restore.KeyGroup;
import org.apache.flink.runtime.state.restore.KeyGroupEntry;
import org.apache.flink.runtime.state.restore.SavepointRestoreResult;
import org.apache.flink.runtime.state.restore.ThrowingIterator;
import org.apache.flink.util.StateMigrationException;

/**
 * Puts back what checkpoints and savepoints hold of a backend's key groups. Once, by the thread
 * that makes the backend.
 *
 * @param <K> type of the keys
 */
public final class KeyedStateRestore<K> {

    /** The store's number of the checkpoint that it was restored from. */
    static final long RESTORED = 1;

    private final Target<K> target;
    private final StateSerializerProvider<K> keys;
    private final ClassLoader userCode;
    private final CloseableRegistry cancelled;

    /** Handles of the files that were restored from, by the store's names. */
    private final Map<String, StreamStateHandle> handles = new HashMap<>();

    /** The same, or their copies on the local disk. */
    private final Map<String, StreamStateHandle> readable = new HashMap<>();

    private boolean keysChecked;

    /**
     * What is filled.
     *
     * @param store empty
     * @param states none yet
     * @param timers none yet
     * @param range our key groups
     * @param groups number of all
     * @param <K> type of the keys
     */
    public record Target<K>(
            GeminiStateStore<K> store,
            RegisteredStates<K> states,
            TimerStates timers,
            org.apache.flink.runtime.state.KeyGroupRange range,
            int groups) {}

    /**
     * For one backend.
     *
     * @param target is filled
     * @param keys serializers of the keys, before and now
     * @param userCode for serializers of the job
     * @param cancelled closes what is being read
     */
    public KeyedStateRestore(
            final Target<K> target,
            final StateSerializerProvider<K> keys,
            final ClassLoader userCode,
            final CloseableRegistry cancelled) {
        this.target = target;
        this.keys = keys;
        this.userCode = userCode;
        this.cancelled = cancelled;
    }

    /**
     * Restores.
     *
     * @param from handles that hold at least our key groups
     * @return handles of the files restored from, by the store's names
     * @throws Exception if a file is damaged or gone, was written by another backend in a format of
     *     its own, or if the keys' serializer does not fit
     */
    public Map<String, StreamStateHandle> restore(final Collection<KeyedStateHandle> from)
            throws Exception {
        final List<KeyedStateHandle> canonical = new ArrayList<>();
        final List<StatePart> parts = new ArrayList<>();
        for (final KeyedStateHandle handle : from) {
            if (handle instanceof IncrementalKeyedStateHandle own) {
                parts.addAll(readMeta(own));
            } else if (handle instanceof SavepointKeyedStateHandle) {
                canonical.add(handle);
            } else if (handle != null) {
                throw new IllegalStateException(
                        "handle="
                                + handle.getClass().getName()
                                + " is of another backend, in a format of its own: take a savepoint"
                                + " in canonical format with that backend, and start from it");
            }
        }
        if (!parts.isEmpty()) {
            target.store.restore(
                    RESTORED,
                    parts,
                    new BlobCheckpointStorage(new HandleBlobs(readable), UUID::randomUUID));
        }
        if (from.stream().anyMatch(IncrementalLocalKeyedStateHandle.class::isInstance)) {
            // Flink deletes the copy with the next checkpoint, whether it has been read or not.
            for (final int group : target.range) {
                target.store.load(group);
            }
        }
        if (!canonical.isEmpty()) {
            restoreCanonical(canonical);
        }
        return handles;
    }

    // The store's own format.

    private List<StatePart> readMeta(final IncrementalKeyedStateHandle handle) throws Exception {
        try (FSDataInputStream stream = handle.getMetaDataStateHandle().openInputStream()) {
            cancelled.registerCloseable(stream);
            final DataInputView in = new DataInputViewStreamWrapper(stream);
            final CheckpointMeta<K> meta = CheckpointMeta.read(in, userCode);
            checkKeys(meta.states());
            final List<Queue> queues = new ArrayList<>();
            for (final StateMetaInfoSnapshot state : meta.states().getStateMetaInfoSnapshots()) {
                if (state.getBackendStateType() == BackendStateType.PRIORITY_QUEUE) {
                    queues.add(target.timers.restored(state));
                } else {
                    target.states.restored(state);
                }
            }
            target.timers.read(queues, in);
            cancelled.unregisterCloseable(stream);
            for (final HandleAndLocalPath file : handle.getSharedStateHandles()) {
                handles.put(file.getLocalPath(), file.getHandle());
                readable.put(file.getLocalPath(), readable(handle, file));
            }
            return meta.parts();
        }
    }

    private static StreamStateHandle readable(
            final IncrementalKeyedStateHandle handle, final HandleAndLocalPath file)
            throws IOException {
        if (!(handle instanceof IncrementalLocalKeyedStateHandle local)) {
            return file.getHandle();
        }
        final java.nio.file.Path copy =
                new LocalCopy(local.getDirectoryStateHandle().getDirectory())
                        .file(file.getLocalPath());
        return new FileStateHandle(new Path(copy.toUri()), Files.size(copy));
    }

    private void checkKeys(final KeyedBackendSerializationProxy<K> meta)
            throws StateMigrationException {
        if (keysChecked) {
            return;
        }
        final TypeSerializer<K> now = keys.currentSchemaSerializer();
        final TypeSerializerSnapshot<K> before = meta.getKeySerializerSnapshot();
        final TypeSerializerSchemaCompatibility<K> fits =
                keys.setPreviousSerializerSnapshotForRestoredState(before);
        if (fits.isCompatibleAfterMigration() || fits.isIncompatible()) {
            throw new StateMigrationException(
                    "The new key serializer ("
                            + now
                            + ") must be compatible with the previous key serializer ("
                            + keys.previousSchemaSerializer()
                            + ").");
        }
        keysChecked = true;
    }

    // Canonical savepoints.

    private void restoreCanonical(final List<KeyedStateHandle> from) throws Exception {
        final FullSnapshotRestoreOperation<K> reading =
                new FullSnapshotRestoreOperation<>(target.range, userCode, from, keys);
        try (ThrowingIterator<SavepointRestoreResult> results = reading.restore()) {
            while (results.hasNext()) {
                final SavepointRestoreResult result = results.next();
                final List<Sink> sinks = new ArrayList<>();
                for (final StateMetaInfoSnapshot state : result.getStateMetaInfoSnapshots()) {
                    sinks.add(sink(state));
                }
                try (ThrowingIterator<KeyGroup> groups = result.getRestoredKeyGroups()) {
                    while (groups.hasNext()) {
                        restore(groups.next(), sinks);
                    }
                }
            }
        }
    }

    private static void restore(final KeyGroup group, final List<Sink> sinks) throws Exception {
        try (ThrowingIterator<KeyGroupEntry> entries = group.getKeyGroupEntries()) {
            while (entries.hasNext()) {
                final KeyGroupEntry entry = entries.next();
                sinks.get(entry.getKvStateId()).put(group.getKeyGroupId(), entry);
            }
        }
    }

    /** Takes the entries of one state. */
    private interface Sink {
        void put(int group, KeyGroupEntry entry) throws IOException;
    }

    private Sink sink(final StateMetaInfoSnapshot state) {
        final int prefixBytes =
                CompositeKeySerializationUtils.computeRequiredBytesInKeyGroupPrefix(target.groups);
        if (state.getBackendStateType() == BackendStateType.PRIORITY_QUEUE) {
            final Queue queue = target.timers.restored(state);
            return (group, entry) ->
                    queue.add(
                            new DataInputDeserializer(
                                    entry.getKey(),
                                    prefixBytes,
                                    entry.getKey().length - prefixBytes));
        }
        return new CellSink<>(target.states.restored(state), prefixBytes);
    }

    private final class CellSink<N, V> implements Sink {
        private final StoredState<K, N, V> state;
        private final TypeSerializer<K> keySerializer = keys.previousSchemaSerializer();
        private final TypeSerializer<N> namespaces;
        private final DataInputDeserializer in = new DataInputDeserializer();
        private final DataInputDeserializer value = new DataInputDeserializer();
        private final int prefixBytes;
        private final boolean ambiguous;

        CellSink(final RegisteredState<K, N, V> registered, final int prefixBytes) {
            this.state = registered.stored();
            this.namespaces = state.namespaceSerializer();
            this.prefixBytes = prefixBytes;
            this.ambiguous =
                    CompositeKeySerializationUtils.isAmbiguousKeyPossible(
                            keySerializer, namespaces);
        }

        @Override
        @SuppressWarnings("unchecked") // the kind of state says so
        public void put(final int group, final KeyGroupEntry entry) throws IOException {
            in.setBuffer(entry.getKey());
            in.skipBytesToRead(prefixBytes);
            final K key = CompositeKeySerializationUtils.readKey(keySerializer, in, ambiguous);
            final N namespace =
                    CompositeKeySerializationUtils.readNamespace(namespaces, in, ambiguous);
            state.at(new Cell<>(group, key, namespace));
            value.setBuffer(entry.getValue());
            switch (state.type()) {
                case LIST ->
                        state.put(
                                (V)
                                        new ListDelimitedSerializer()
                                                .deserializeList(
                                                        entry.getValue(), state.partSerializer()));
                case MAP -> {
                    final Object mapKey = state.mapKeySerializer().deserialize(in);
                    final boolean isNull = value.readBoolean();
                    state.putEntry(
                            mapKey, isNull ? null : state.partSerializer().deserialize(value));
                }
                default -> state.put(state.valueSerializer().deserialize(value));
            }
        }
    }
}
