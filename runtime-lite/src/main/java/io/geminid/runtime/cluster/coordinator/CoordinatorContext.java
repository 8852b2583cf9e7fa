package io.geminid.runtime.cluster.coordinator;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.cluster.checkpoint.CheckpointStore;
import io.geminid.runtime.cluster.control.ControlTimings;
import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.stream.ResourceProfile;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.transport.link.JobToken;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/**
 * What a coordinator is made of.
 *
 * @param properties the {@code geminid.*} configuration, for shuffle services
 * @param timings how long it waits for workers
 * @param pool sizes of every worker's pool
 * @param segmentsOfStore that each store of keyed state has of that for itself
 * @param workerResources what every worker has to share out
 * @param services the shuffle services there are
 * @param loop where the coordinator runs; not closed by it
 * @param random draws the identities of jobs
 * @param graphs makes the graph of a program of its name and arguments
 * @param checkpoints where checkpoints go, and what happens after a failure
 * @param shuffleToken what workers' shuffle connections are let in by
 * @param host whoever started the workers
 */
public record CoordinatorContext(
        GeminidProperties properties,
        ControlTimings timings,
        SegmentPoolContext pool,
        int segmentsOfStore,
        ResourceProfile workerResources,
        ShuffleServices services,
        EventLoop loop,
        RandomGenerator random,
        BiFunction<String, List<String>, JobGraph> graphs,
        CheckpointStore checkpoints,
        JobToken shuffleToken,
        WorkerHost host) {}
