package io.geminid.runtime.cluster.worker;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.runtime.cluster.control.ControlTimings;
import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.task.TaskContext;
import io.geminid.runtime.task.run.TaskRunner;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.transport.link.JobToken;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What a worker is made of.
 *
 * @param hello who it is and what it offers
 * @param shuffleToken what the workers that it talks to must prove to know
 * @param properties the {@code geminid.*} configuration, for shuffle services
 * @param timings how long it waits for the coordinator and for its tasks
 * @param pool all segments of the worker; closed by it
 * @param services the shuffle services there are
 * @param loop where the worker runs; not closed by it
 * @param runner runs its tasks
 * @param tasks what its tasks may use
 * @param graphs makes the graph of a program of its name and arguments
 */
public record WorkerContext(
        FromWorker.Hello hello,
        JobToken shuffleToken,
        GeminidProperties properties,
        ControlTimings timings,
        SegmentPool pool,
        ShuffleServices services,
        EventLoop loop,
        TaskRunner runner,
        TaskContext tasks,
        BiFunction<String, List<String>, JobGraph> graphs) {}
