package io.geminid.runtime.cluster;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.api.JobPrograms;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.checkpoint.CheckpointStore;
import io.geminid.runtime.cluster.coordinator.Coordinator;
import io.geminid.runtime.cluster.coordinator.CoordinatorContext;
import io.geminid.runtime.cluster.coordinator.WorkerHost;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.KeepMode;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.cluster.loop.ThreadEventLoop;
import io.geminid.runtime.cluster.message.ControlToken;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.provider.StateStores;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A coordinator with a real thread and real clocks, in this JVM. */
final class CoordinatorNode {

    private final ThreadEventLoop loop;
    private final ThreadPoolExecutor io;
    private final Coordinator coordinator;

    /**
     * Makes a coordinator.
     *
     * @param host real things
     * @param config how many workers there will be
     * @param token of the cluster
     * @param workers whoever starts them
     */
    CoordinatorNode(
            final HostEnvironment host,
            final ClusterConfig config,
            final ControlToken token,
            final WorkerHost workers) {
        final GeminidProperties properties = config.properties();
        io = host.ioExecutor("coordinator");
        final CheckpointSettings settings = CheckpointSettings.from(properties);
        loop = new ThreadEventLoop(host.threads("coordinator"), host.nanoClock(), this::onError);
        coordinator =
                new Coordinator(
                        new CoordinatorContext(
                                properties,
                                ClusterKeys.timings(properties),
                                SegmentPoolContext.from(properties),
                                StateStores.load(CoordinatorNode.class.getClassLoader())
                                        .segmentsMin(properties),
                                ClusterKeys.workerResources(properties),
                                ShuffleServices.load(CoordinatorNode.class.getClassLoader()),
                                loop,
                                host.random(),
                                JobPrograms.graphs(properties),
                                new CheckpointStore(
                                        settings,
                                        ClusterKeys.checkpointBlobs(settings),
                                        host::newId,
                                        io),
                                token.shuffleToken(host.random()),
                                workers),
                        config.workers());
    }

    ThreadEventLoop loop() {
        return loop;
    }

    Coordinator coordinator() {
        return coordinator;
    }

    Cluster.RunningJob submit(final JobRequest request, final ProgressListener listener) {
        final Coordinator.SubmittedJob job = coordinator.submit(request, listener);
        return new Cluster.RunningJob() {
            @Override
            public CompletableFuture<JobResult> result() {
                return job.result();
            }

            @Override
            public void cancel() {
                job.cancel().run();
            }

            @Override
            public CompletableFuture<CheckpointId> keep(final KeepMode mode) {
                final CompletableFuture<CheckpointId> kept = new CompletableFuture<>();
                job.keep().accept(mode, kept);
                return kept;
            }
        };
    }

    /** Cancels jobs and stops workers; false if they have not all ended in time. */
    boolean stop(final Duration timeout) {
        return await(coordinator.stop(), timeout);
    }

    void close() {
        loop.close();
        io.shutdown();
    }

    /**
     * Waits, even if interrupted; the thread is then still interrupted.
     *
     * @return false if the time is over
     */
    static boolean await(final CompletableFuture<?> future, final Duration timeout) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
                    return true;
                } catch (final ExecutionException e) {
                    return true;
                } catch (final TimeoutException e) {
                    return false;
                } catch (final InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void onError(final Throwable failure) {
        coordinator.onError(failure);
    }
}
