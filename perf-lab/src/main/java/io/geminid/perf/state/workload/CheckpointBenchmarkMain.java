package io.geminid.perf.state.workload;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.perf.ConfigurationKeys;
import io.geminid.perf.child.ChildLines;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.HostDisk;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.provider.StateResources;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.ForkJoinPool;

/**
 * A process under measurement: a store that is changed, snapshotted and restored. Arguments: number
 * of keys, bytes of a value, milliseconds to measure before each snapshot, directory, and then
 * properties as {@code KEY=VALUE}. Answers with {@link CheckpointRound} and {@link
 * CheckpointRestore}.
 */
public final class CheckpointBenchmarkMain {

    /** What a store that has no snapshots says when it is ready. */
    public static final String NO_SNAPSHOTS = "no-snapshots";

    private static final long SETTLE_MILLIS_MAX = 30_000;
    private static final int PROPERTIES_FROM = 4;

    private CheckpointBenchmarkMain() {}

    /**
     * Runs it.
     *
     * @param args see the class comment
     * @throws Exception if the store breaks
     */
    public static void main(final String[] args) throws Exception {
        final GeminidProperties properties = StateBenchmarkMain.properties(args, PROPERTIES_FROM);
        final Path directory = Path.of(args[3]);
        final long beforeMillis = Long.parseLong(args[2]);
        final CheckpointStorage storage =
                new BlobCheckpointStorage(
                        new DirectoryBlobStore(new HostDisk(), directory.resolve("remote")),
                        UUID::randomUUID);
        try (SegmentPool pool = new SegmentPool(SegmentPoolContext.from(properties));
                StateStoreFactory factory =
                        ConfigurationKeys.stateStores()
                                .open(
                                        new StateResources(
                                                properties,
                                                directory.resolve("local"),
                                                pool,
                                                ForkJoinPool.commonPool()));
                CheckpointWorkload workload =
                        new CheckpointWorkload(
                                factory,
                                storage,
                                Integer.parseInt(args[0]),
                                Integer.parseInt(args[1]))) {
            final boolean can = workload.canSnapshot();
            if (can) {
                workload.load();
                Resources.settle(SETTLE_MILLIS_MAX);
            }
            ChildLines.serve(
                    can ? "" : NO_SNAPSHOTS,
                    (word, arguments) -> answer(workload, word, arguments, beforeMillis));
        }
        System.exit(0);
    }

    private static Object answer(
            final CheckpointWorkload workload,
            final String word,
            final String[] arguments,
            final long beforeMillis)
            throws Exception {
        final Object answer =
                word.equals(CheckpointRound.WORD)
                        ? workload.round(Double.parseDouble(arguments[0]), beforeMillis)
                        : workload.restore();
        Resources.settle(SETTLE_MILLIS_MAX);
        return answer;
    }
}
