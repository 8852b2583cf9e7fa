package io.geminid.perf.state.workload;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.perf.ConfigurationKeys;
import io.geminid.perf.child.ChildLines;
import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroup;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.provider.StateResources;
import io.geminid.state.rocksdb.RocksDbStateStore;
import io.geminid.state.rocksdb.RocksDbStores;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A process under measurement: a store, loaded with one kind of data. Arguments: what to load,
 * number of keys, bytes of a value, directory, and then properties as {@code KEY=VALUE}. Is ready
 * with a {@link Loaded}, answers with {@link Slice}s.
 */
public final class StateBenchmarkMain {

    private static final int MAX_PARALLELISM = KeyGroup.MAX_PARALLELISM_DEFAULT_MIN;
    private static final int PROPERTIES_FROM = 4;
    private static final long SETTLE_LOADED_MILLIS_MAX = 30_000;
    private static final long SETTLE_MILLIS_MAX = 2_000;

    /** Operations between two looks at the clock. */
    private static final int BATCH = 64;

    /** Written, so that no operation can be left out. */
    private static volatile long sink;

    private StateBenchmarkMain() {}

    /**
     * Runs it.
     *
     * @param args see the class comment
     * @throws Exception if the store breaks
     */
    public static void main(final String[] args) throws Exception {
        final GeminidProperties properties = properties(args, PROPERTIES_FROM);
        final StateCase.Data data = StateCase.Data.valueOf(args[0]);
        final long keys = Long.parseLong(args[1]);
        final ValueType<?> type = ValueType.ofBytes(Integer.parseInt(args[2]));
        final long before = Resources.liveBytes();
        try (SegmentPool pool = new SegmentPool(SegmentPoolContext.from(properties));
                StateStoreFactory factory =
                        ConfigurationKeys.stateStores()
                                .open(new StateResources(properties, Path.of(args[3]), pool));
                StateStore<Long> store = factory.create(context())) {
            final Workload<?> workload = Workload.of(data, store, type, keys);
            final long startNs = System.nanoTime();
            workload.load();
            final long loadNs = System.nanoTime() - startNs;
            final long nativeBytes = factory instanceof RocksDbStores rocks ? rocks.usedBytes() : 0;
            final long memoryBytes = Resources.liveBytes() - before + nativeBytes;
            Resources.settle(SETTLE_LOADED_MILLIS_MAX);
            ChildLines.serve(
                    new Loaded(workload.entries(), loadNs, memoryBytes, fileBytes(store))
                            .toString(),
                    (word, arguments) ->
                            measure(
                                    workload,
                                    StateCase.named(arguments[0]),
                                    Long.parseLong(arguments[1])));
        }
        System.exit(0);
    }

    static GeminidProperties properties(final String[] args, final int from) {
        final Map<String, String> entries = new TreeMap<>();
        for (int i = from; i < args.length; i++) {
            final int equals = args[i].indexOf('=');
            entries.put(args[i].substring(0, equals), args[i].substring(equals + 1));
        }
        return GeminidProperties.of(entries, ConfigurationKeys.all());
    }

    static StateStoreContext<Long> context() {
        return new StateStoreContext<>(
                "perf",
                Serializers.LONG,
                new KeyGroupRange(0, MAX_PARALLELISM - 1),
                MAX_PARALLELISM,
                InstantSource.system());
    }

    private static long fileBytes(final StateStore<Long> store) {
        return store instanceof RocksDbStateStore<Long> rocks ? rocks.fileBytes() : 0;
    }

    private static Slice measure(
            final Workload<?> workload, final StateCase what, final long millis)
            throws InterruptedException {
        final long threadCpuNs = Resources.threadCpuNs();
        final long processCpuNs = Resources.processCpuNs();
        final long collectionMillis = Resources.collectionMillis();
        final long allocatedBytes = Resources.allocatedBytes();
        final long startNs = System.nanoTime();
        final long lengthNs = TimeUnit.MILLISECONDS.toNanos(millis);
        long operations = 0;
        long wallNs = 0;
        long sum = 0;
        while (wallNs < lengthNs) {
            for (int i = 0; i < BATCH; i++) {
                sum += workload.run(what);
            }
            operations += BATCH;
            wallNs = System.nanoTime() - startNs;
        }
        sink = sum;
        final long threadCpuUsedNs = Resources.threadCpuNs() - threadCpuNs;
        final long allocated = Resources.allocatedBytes() - allocatedBytes;
        Resources.settle(SETTLE_MILLIS_MAX);
        return new Slice(
                operations,
                wallNs,
                threadCpuUsedNs,
                Resources.processCpuNs() - processCpuNs,
                Resources.collectionMillis() - collectionMillis,
                allocated);
    }
}
