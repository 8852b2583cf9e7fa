package io.geminid.runtime.schedule;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Everything at once (RT-22): what a job needs whose edges are all pipelined, since a producer
 * cannot run far ahead of its consumers.
 */
public final class EagerSchedulingStrategy implements SchedulingStrategy {

    private final int regions;

    /**
     * Makes a strategy.
     *
     * @param regions of a job without blocking edges
     */
    public EagerSchedulingStrategy(final PipelinedRegions regions) {
        if (regions.exchangeCount() > 0) {
            throw new IllegalArgumentException("blockingExchanges=" + regions.exchangeCount());
        }
        this.regions = regions.count();
    }

    @Override
    public List<List<Integer>> onStart() {
        return List.of(IntStream.range(0, regions).boxed().toList());
    }

    @Override
    public List<List<Integer>> onFinished(final int region) {
        return List.of();
    }

    @Override
    public List<List<Integer>> onRestart(final Collection<Integer> again) {
        return List.of(List.copyOf(again));
    }
}
