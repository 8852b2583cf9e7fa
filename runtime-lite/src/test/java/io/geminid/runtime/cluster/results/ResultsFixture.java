package io.geminid.runtime.cluster.results;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.schedule.PipelinedRegions;
import io.geminid.shuffle.ShuffleMasterContext;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.service.ShuffleOptions;
import io.geminid.shuffle.service.StandardShuffleMaster;
import io.geminid.shuffle.sortmerge.ServiceDirectory;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import io.geminid.shuffle.sortmerge.format.BlockCodec;
import io.geminid.shuffle.sortmerge.format.IndexCodec;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.format.PartitionIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Coordinators one after the other, in one thread, over the directory of a shuffle service. */
final class ResultsFixture {

    static final long JOB_ID = 0x4d2;
    static final int RESTARTS_MAX = 3;

    private static final int SEGMENT_BYTES = 4096;

    final Path root;
    final JobGraph graph;
    final PipelinedRegions regions;
    private final StandardShuffleMaster master;

    /** What waits for the disk, if it is slow. */
    private final Deque<Runnable> disk = new ArrayDeque<>();

    private boolean slow;

    ResultsFixture(final Path root, final JobGraph graph) {
        this.root = root;
        this.graph = graph;
        regions = new PipelinedRegions(graph);
        final List<ConfigKey<?>> keys = new ArrayList<>(SegmentPoolContext.KEYS);
        keys.addAll(ShuffleOptions.KEYS);
        keys.addAll(SortMergeOptions.KEYS);
        master =
                new StandardShuffleMaster(
                        "test",
                        new ShuffleMasterContext(
                                GeminidProperties.of(
                                        Map.of(
                                                SegmentPoolContext.SEGMENT_BYTES.name(),
                                                Integer.toString(SEGMENT_BYTES),
                                                SortMergeOptions.SYNC.name(),
                                                "false",
                                                SortMergeOptions.SERVICE_DIRECTORY.name(),
                                                root.toString()),
                                        keys)));
    }

    /** One coordinator's. */
    final class Coordinator {

        final Map<Integer, Integer> finished = new TreeMap<>();
        final KeptResults results = new KeptResults(new Now(), ResultsFixture.this::onDisk);
        KeptResults.Found found;
        Throwable failure;

        Coordinator(final String... arguments) {
            results.open(
                    new KeptResults.Job(
                            JOB_ID,
                            "test",
                            new JobRequest("program", List.of(arguments)),
                            graph,
                            RESTARTS_MAX),
                    List.of(master),
                    regions,
                    () -> Map.copyOf(finished),
                    (made, thrown) -> {
                        found = made;
                        failure = thrown;
                        if (made != null) {
                            finished.putAll(made.finished());
                        }
                    });
        }

        /** These too have finished. */
        void note(final Map<Integer, Integer> attempts) {
            final boolean[] noted = {false};
            note(attempts, () -> noted[0] = true);
            assert noted[0];
        }

        void note(final Map<Integer, Integer> attempts, final Runnable then) {
            finished.putAll(attempts);
            results.note(then);
        }

        /** As if it had been killed: the lock is gone, and nothing was tidied up. */
        void die() {
            results.end(false, 0, () -> {});
        }
    }

    /** Does everything at once. */
    private static final class Now implements EventLoop {

        @Override
        public void execute(final Runnable command) {
            command.run();
        }

        @Override
        public long nanoTime() {
            throw new AssertionError("no clock");
        }

        @Override
        public Timer schedule(final long delayNs, final Runnable command) {
            throw new AssertionError("no clock");
        }
    }

    private void onDisk(final Runnable work) {
        if (slow) {
            disk.add(work);
        } else {
            work.run();
        }
    }

    /** From now on the disk does only what it is told to. */
    void slowDisk() {
        slow = true;
    }

    /** Does one thing; false if there is nothing to do. */
    boolean stepDisk() {
        final Runnable work = disk.poll();
        if (work != null) {
            work.run();
        }
        return work != null;
    }

    PartitionFiles files(final ResultPartitionId id) {
        return PartitionFiles.under(ServiceDirectory.jobs(root), id);
    }

    /** A partition without records. */
    void publish(final ResultPartitionId id, final int subpartitions) throws IOException {
        final PartitionIndex index =
                new PartitionIndex(id, subpartitions, SEGMENT_BYTES, BlockCodec.NONE);
        try (FileChannel data = files(id).createData()) {
            data.write(IndexCodec.dataHeader(index));
        }
        files(id).publish(index, false);
    }

    /** One that is still written, or was when its writer was killed. */
    void begin(final ResultPartitionId id) throws IOException {
        files(id).createData().close();
    }

    static void flip(final Path file, final int at) throws IOException {
        try (FileChannel bytes =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer one = ByteBuffer.allocate(1);
            bytes.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 4)).rewind();
            bytes.write(one, at);
        }
    }

    /** Names of all that partitions have in the directory. */
    Set<String> names() {
        final Path job = PartitionFiles.jobDirectory(ServiceDirectory.jobs(root), JOB_ID);
        try (Stream<Path> all = Files.list(job)) {
            final Set<String> names = new TreeSet<>();
            all.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d+-.*"))
                    .forEach(names::add);
            return names;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
