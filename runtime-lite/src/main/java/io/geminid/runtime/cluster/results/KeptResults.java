package io.geminid.runtime.cluster.results;

import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.schedule.PipelinedRegions;
import io.geminid.shuffle.KeptJob;
import io.geminid.shuffle.ShuffleMaster;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is complete of a job whose results a shuffle service keeps: found when the job begins, noted
 * as it goes on, removed when it has ended well. A job that failed or was cancelled leaves it until
 * its lease is over, so that it can go on when the cause is gone.
 *
 * <p>Every note is of one moment of the coordinator, and nobody reads what a region produced, nor
 * is released what it has read, before it is noted that it has finished. Attempts are numbered
 * above all that an earlier coordinator may have begun, which is noted before anything is deployed.
 * So whoever comes next finds a state that the job was in, and whatever still runs from before
 * writes what nobody will read.
 *
 * <p>The coordinator's loop only; files are the executor's, one thing after the other.
 */
public final class KeptResults {

    private static final Logger LOG = LoggerFactory.getLogger(KeptResults.class);

    private final EventLoop loop;
    private final Executor io;
    private final List<Runnable> waiting = new ArrayList<>();

    /** Whatever was begun last on the executor. */
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    private Supplier<Map<Integer, Integer>> finished = Map::of;

    /** Null as long as nothing is asked for. */
    private Job job;

    private byte[] identity;

    /** Null if nothing is kept; the executor's until it is told of. */
    private volatile KeptJob kept;

    private int firstAttempt;
    private boolean noting;
    private boolean ended;

    /**
     * Whose results.
     *
     * @param id of the job
     * @param name by which it is found again; empty for none
     * @param request what runs
     * @param graph of the program
     * @param restartsMax how often regions may begin again
     */
    public record Job(long id, String name, JobRequest request, JobGraph graph, int restartsMax) {}

    /**
     * What a job begins with.
     *
     * @param firstAttempt attempts are numbered from there on
     * @param finished attempts of the regions that need not run again, by number
     * @param unread what of them somebody has still to read
     */
    public record Found(
            int firstAttempt, Map<Integer, Integer> finished, List<PartitionDescriptor> unread) {

        /** Nothing was kept. */
        static final Found NOTHING = new Found(0, Map.of(), List.of());
    }

    /**
     * Makes what does nothing yet.
     *
     * @param loop the coordinator's
     * @param io runs what waits for the disk
     */
    public KeptResults(final EventLoop loop, final Executor io) {
        this.loop = loop;
        this.io = io;
    }

    /**
     * Finds what is complete. Nothing is, and nothing will be kept, of a job without a name or
     * without blocking edges, or where shuffle services keep nothing.
     *
     * @param of whose results
     * @param masters of the services of its blocking edges
     * @param regions of the graph
     * @param finishedNow asked whenever it is noted: attempts of the regions that have finished
     * @param then told what there is, or why that cannot be known
     */
    public void open(
            final Job of,
            final Collection<ShuffleMaster> masters,
            final PipelinedRegions regions,
            final Supplier<Map<Integer, Integer>> finishedNow,
            final BiConsumer<Found, Throwable> then) {
        if (of.name.isEmpty() || masters.isEmpty()) {
            then.accept(Found.NOTHING, null);
            return;
        }
        job = of;
        identity = ResultsNote.identity(of.request, of.graph);
        finished = finishedNow;
        onDisk(
                () -> takeOver(masters, regions),
                (found, failure) -> {
                    firstAttempt = failure == null ? found.firstAttempt : 0;
                    then.accept(found, failure);
                });
    }

    private Found takeOver(final Collection<ShuffleMaster> masters, final PipelinedRegions regions)
            throws IOException {
        for (final ShuffleMaster master : masters) {
            final KeptJob opened = master.openJob(job.id);
            if (opened != null) {
                try {
                    final Found found = find(opened, regions);
                    kept = opened;
                    return found;
                } finally {
                    if (kept == null) {
                        opened.close();
                    }
                }
            }
        }
        return Found.NOTHING;
    }

    private Found find(final KeptJob opened, final PipelinedRegions regions) throws IOException {
        final byte[] bytes = opened.note();
        final ResultsNote before = bytes == null ? null : ResultsNote.decode(bytes);
        final boolean goesOn = before != null && before.isOf(identity);
        if (before != null && !before.finished().isEmpty() && !goesOn) {
            LOG.warn(
                    "job={} name={} was another program, or had other arguments or another graph:"
                            + " what is complete of that is not used and removed",
                    Long.toHexString(job.id),
                    job.name);
        }
        final int first =
                Math.max(before == null ? 0 : before.nextAttempt(), opened.attemptMax() + 1);
        final int next = first + job.restartsMax + 1;
        if (first < 0 || next < 0) {
            throw new IOException(
                    "job=" + job.name + " has used up its attempts: give it another name");
        }
        final Resumption.Outcome outcome =
                new Resumption(
                                job.id,
                                job.graph,
                                regions,
                                goesOn ? before.finished() : Map.of(),
                                opened::isComplete)
                        .decide();
        opened.note(new ResultsNote(identity, next, outcome.finished()).encode());
        opened.keepOnly(
                outcome.unread().stream()
                        .map(PartitionDescriptor::id)
                        .collect(Collectors.toUnmodifiableSet()));
        if (goesOn) {
            LOG.info(
                    "job={} name={} goes on: finished={} of regions={} noted={} partitions={}"
                            + " firstAttempt={}",
                    Long.toHexString(job.id),
                    job.name,
                    outcome.finished().size(),
                    regions.count(),
                    before.finished().size(),
                    outcome.unread().size(),
                    first);
        }
        return new Found(first, outcome.finished(), outcome.unread());
    }

    /**
     * Notes which regions have finished.
     *
     * @param then when that is done, or could not be; at once if nothing is kept
     */
    public void note(final Runnable then) {
        if (kept == null || ended) {
            then.run();
            return;
        }
        waiting.add(then);
        noteAll();
    }

    /** What comes while one is written is in the next one together. */
    private void noteAll() {
        if (noting || waiting.isEmpty()) {
            return;
        }
        final List<Runnable> told = List.copyOf(waiting);
        waiting.clear();
        if (ended) {
            told.forEach(Runnable::run); // what is noted by now is the last word
            return;
        }
        noting = true;
        final byte[] bytes = noteOf(firstAttempt + job.restartsMax, finished.get());
        final KeptJob to = kept;
        onDisk(
                () -> {
                    to.note(bytes);
                    return null;
                },
                (nothing, failure) -> {
                    noting = false;
                    if (failure != null) {
                        LOG.warn(
                                "job={} is not noted, so more of it would run again",
                                Long.toHexString(job.id),
                                failure);
                    }
                    told.forEach(Runnable::run);
                    noteAll();
                });
    }

    private byte[] noteOf(final int lastAttempt, final Map<Integer, Integer> regions) {
        return new ResultsNote(identity, lastAttempt + 1, regions).encode();
    }

    /**
     * Whether what is complete stays where it is when the job ends without having finished.
     *
     * @return false if nothing is kept
     */
    public boolean isKept() {
        return kept != null;
    }

    /**
     * The job is over. If it has ended well, nothing of it is kept but the number of its last
     * attempt, for its lease: somebody may not have heard yet.
     *
     * @param well whether all has finished
     * @param restarts how often regions began again
     * @param then when another coordinator may have the job
     */
    public void end(final boolean well, final int restarts, final Runnable then) {
        ended = true;
        if (job == null) {
            then.run();
            return;
        }
        final byte[] bytes =
                well && kept != null ? noteOf(firstAttempt + restarts, Map.of()) : null;
        onDisk(
                () -> {
                    if (kept != null) {
                        close(bytes);
                    }
                    return null;
                },
                (nothing, failure) -> {
                    if (failure != null) {
                        LOG.warn(
                                "job={} leaves something until its lease is over",
                                Long.toHexString(job.id),
                                failure);
                    }
                    then.run();
                });
    }

    private void close(final byte[] bytes) throws IOException {
        try (KeptJob closing = kept) {
            if (bytes != null) {
                closing.note(bytes);
                closing.keepOnly(Set.of());
            }
        }
    }

    /** After what was begun before, whatever became of it. */
    private <T> void onDisk(final Callable<T> work, final BiConsumer<T, Throwable> then) {
        last =
                last.handleAsync(
                        (nothing, ignored) -> {
                            T made = null;
                            Throwable failure = null;
                            try {
                                made = work.call();
                            } catch (final Exception | Error e) {
                                failure = e;
                            }
                            final T value = made;
                            final Throwable thrown = failure;
                            loop.execute(() -> then.accept(value, thrown));
                            return null;
                        },
                        io);
    }
}
