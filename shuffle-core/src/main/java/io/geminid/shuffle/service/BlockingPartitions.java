package io.geminid.shuffle.service;

import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.sortmerge.ProcessDirectory;
import io.geminid.shuffle.sortmerge.ServiceDirectory;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import io.geminid.shuffle.sortmerge.SortMergeStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The blocking partitions of an environment, with the directory and the threads they need. */
final class BlockingPartitions implements AutoCloseable {

    /** One reads while others write; more only make a disk seek. */
    private static final int DISK_THREADS = 4;

    private static final long IDLE_SECONDS = 10;

    /** A disk that does not answer for so long is not waited for. */
    private static final long CLOSE_SECONDS = 30;

    /** Null if partitions are written into the directory of a shuffle service. */
    private final ProcessDirectory directory;

    private final ExecutorService disk;
    private final SortMergeStore store;

    BlockingPartitions(final ShuffleEnvironmentContext context) {
        final SortMergeOptions options = SortMergeOptions.from(context.properties());
        final Path service = SortMergeOptions.serviceDirectory(context.properties());
        try {
            directory =
                    service == null
                            ? ProcessDirectory.create(options.directory(), context.processId())
                            : null;
        } catch (final IOException e) {
            throw new UncheckedIOException(SortMergeOptions.DIRECTORY + ": " + e.getMessage(), e);
        }
        disk = newDiskThreads();
        try {
            store =
                    service == null
                            ? new SortMergeStore(
                                    options.in(directory.path()),
                                    context.pool(),
                                    disk,
                                    context.timer())
                            : new SortMergeStore(
                                    options.in(ServiceDirectory.jobs(service)),
                                    context.pool(),
                                    disk,
                                    context.timer(),
                                    InstantSource.system());
        } catch (final RuntimeException e) {
            disk.shutdown();
            closeDirectory();
            throw e;
        }
    }

    private static ExecutorService newDiskThreads() {
        final ThreadFactory threads = Executors.defaultThreadFactory();
        final ThreadPoolExecutor executor =
                new ThreadPoolExecutor(
                        DISK_THREADS,
                        DISK_THREADS,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        job -> {
                            final Thread thread = threads.newThread(job);
                            thread.setDaemon(true);
                            thread.setName("geminid-disk-" + thread.getId());
                            return thread;
                        });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    SortMergeStore store() {
        return store;
    }

    @Override
    public void close() {
        store.close();
        disk.shutdown();
        try {
            disk.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeDirectory();
    }

    private void closeDirectory() {
        if (directory != null) {
            directory.close();
        }
    }
}
