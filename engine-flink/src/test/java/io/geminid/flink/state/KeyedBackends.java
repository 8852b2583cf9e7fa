package io.geminid.flink.state;

import io.geminid.flink.GeminiStateBackendFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.CheckpointType;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.checkpoint.SnapshotType;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.state.CheckpointStorageLocationReference;
import org.apache.flink.runtime.state.CheckpointableKeyedStateBackend;
import org.apache.flink.runtime.state.ConfigurableStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SavepointResources;
import org.apache.flink.runtime.state.SavepointSnapshotStrategy;
import org.apache.flink.runtime.state.SharedStateRegistryImpl;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.SnapshotStrategyRunner;
import org.apache.flink.runtime.state.filesystem.FsCheckpointStreamFactory;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend.PriorityQueueStateType;
import org.apache.flink.state.rocksdb.RocksDBOptions;

/** Keyed backends of Flink's and ours, outside of jobs. One thread. */
final class KeyedBackends implements AutoCloseable {

    static final int GROUPS = 16;

    private final MockEnvironment env = MockEnvironment.builder().build();
    private final SharedStateRegistryImpl registry = new SharedStateRegistryImpl();
    private final Map<CheckpointableKeyedStateBackend<?>, CloseableRegistry> open =
            new IdentityHashMap<>();
    private final Path directory;

    KeyedBackends(final Path directory) {
        this.directory = directory;
    }

    /** Which backend. */
    enum Kind {
        GEMINI,
        HEAP,
        ROCKSDB
    }

    private ConfigurableStateBackend backend(final Kind kind) throws IOException {
        final Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        final ClassLoader loader = KeyedBackends.class.getClassLoader();
        return switch (kind) {
            case GEMINI -> {
                configuration.setString("geminid.flink.state.memory-bytes", "64mb");
                yield new GeminiStateBackendFactory().createFromConfig(configuration, loader);
            }
            case HEAP -> new HashMapStateBackend().configure(configuration, loader);
            case ROCKSDB -> {
                configuration.set(RocksDBOptions.LOCAL_DIRECTORIES, directory.toString());
                configuration.set(RocksDBOptions.USE_MANAGED_MEMORY, false);
                // To be compared as a whole; its other queue shows only what it has cached.
                configuration.set(
                        RocksDBOptions.TIMER_SERVICE_FACTORY, PriorityQueueStateType.HEAP);
                yield new EmbeddedRocksDBStateBackend().configure(configuration, loader);
            }
        };
    }

    /** A backend for some key groups, with what handles hold of them. */
    <K> CheckpointableKeyedStateBackend<K> open(
            final Kind kind,
            final TypeSerializer<K> keys,
            final KeyGroupRange range,
            final List<KeyedStateHandle> from)
            throws Exception {
        final List<KeyedStateHandle> own = new ArrayList<>();
        for (final KeyedStateHandle handle : from) {
            final KeyedStateHandle intersection = handle.getIntersection(range);
            if (intersection != null) {
                own.add(intersection);
            }
        }
        final CloseableRegistry cancelled = new CloseableRegistry();
        final CheckpointableKeyedStateBackend<K> opened =
                backend(kind)
                        .createKeyedStateBackend(
                                new KeyedStateBackendParametersImpl<>(
                                        env,
                                        new JobID(),
                                        "operator",
                                        keys,
                                        GROUPS,
                                        range,
                                        env.getTaskKvStateRegistry(),
                                        TtlTimeProvider.DEFAULT,
                                        new UnregisteredMetricsGroup(),
                                        own,
                                        cancelled));
        open.put(opened, cancelled);
        return opened;
    }

    <K> void close(final CheckpointableKeyedStateBackend<K> backend) throws IOException {
        open.remove(backend);
        backend.dispose();
        backend.close();
    }

    private FsCheckpointStreamFactory streams() {
        final var shared = new org.apache.flink.core.fs.Path(directory.resolve("shared").toUri());
        return new FsCheckpointStreamFactory(
                LocalFileSystem.getSharedInstance(),
                new org.apache.flink.core.fs.Path(directory.resolve("exclusive").toUri()),
                shared,
                0,
                4096);
    }

    /** A savepoint in the canonical format. */
    <K> KeyedStateHandle canonical(final CheckpointableKeyedStateBackend<K> backend, final long id)
            throws Exception {
        final SavepointResources<K> resources = backend.savepoint();
        final var future =
                new SnapshotStrategyRunner<>(
                                "savepoint",
                                new SavepointSnapshotStrategy<>(resources.getSnapshotResources()),
                                open.get(backend),
                                resources.getPreferredSnapshotExecutionType())
                        .snapshot(
                                id,
                                0,
                                streams(),
                                options(SavepointType.savepoint(SavepointFormatType.CANONICAL)));
        future.run();
        return future.get().getJobManagerOwnedSnapshot();
    }

    /** A checkpoint, as the JobManager would have it once it is complete. */
    <K> KeyedStateHandle checkpoint(final CheckpointableKeyedStateBackend<K> backend, final long id)
            throws Exception {
        final KeyedStateHandle handle = snapshot(backend, id, CheckpointType.CHECKPOINT);
        registry.registerAll(List.of(handle), id);
        registry.checkpointCompleted(id);
        return handle;
    }

    /** A snapshot in the backend's own format. */
    <K> KeyedStateHandle snapshot(
            final CheckpointableKeyedStateBackend<K> backend,
            final long id,
            final SnapshotType type)
            throws Exception {
        final var future = backend.snapshot(id, 0, streams(), options(type));
        future.run();
        final SnapshotResult<KeyedStateHandle> result = future.get();
        return result.getJobManagerOwnedSnapshot();
    }

    SharedStateRegistryImpl registry() {
        return registry;
    }

    private static CheckpointOptions options(final SnapshotType type) {
        return new CheckpointOptions(type, CheckpointStorageLocationReference.getDefault());
    }

    @Override
    public void close() throws IOException {
        for (final CheckpointableKeyedStateBackend<?> backend : List.copyOf(open.keySet())) {
            close(backend);
        }
    }
}
