package io.geminid.runtime.schedule;

import io.geminid.runtime.schedule.PipelinedRegions.Exchange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * A region is deployed when everything that it reads over blocking edges is complete, and then by
 * itself (RT-23): so a job needs no more slots at a time than its widest region.
 */
public final class LazyFromSourceStrategy implements SchedulingStrategy {

    private final PipelinedRegions regions;
    private final BitSet finished = new BitSet();

    /** By exchange: producing regions that have not finished. */
    private final int[] missingProducers;

    /** By region: exchanges it reads that are not complete. */
    private final int[] missingInputs;

    /**
     * Makes a strategy.
     *
     * @param regions of the job
     */
    public LazyFromSourceStrategy(final PipelinedRegions regions) {
        this.regions = regions;
        missingProducers = new int[regions.exchangeCount()];
        missingInputs = new int[regions.count()];
        for (int region = 0; region < regions.count(); region++) {
            missingInputs[region] = regions.inputs(region).size();
            regions.inputs(region)
                    .forEach(in -> missingProducers[in.number()] = in.producers().size());
        }
    }

    @Override
    public List<List<Integer>> onStart() {
        final List<List<Integer>> ready = new ArrayList<>();
        for (int region = 0; region < missingInputs.length; region++) {
            if (missingInputs[region] == 0 && !finished.get(region)) {
                ready.add(List.of(region));
            }
        }
        return ready;
    }

    @Override
    public List<List<Integer>> onFinished(final int region) {
        final TreeSet<Integer> ready = new TreeSet<>();
        if (!finished.get(region)) {
            finished.set(region);
            for (final Exchange exchange : regions.outputs(region)) {
                if (--missingProducers[exchange.number()] == 0) {
                    for (final int consumer : exchange.consumers()) {
                        if (--missingInputs[consumer] == 0 && !finished.get(consumer)) {
                            ready.add(consumer);
                        }
                    }
                }
            }
        }
        return ready.stream().map(List::of).toList();
    }

    @Override
    public List<List<Integer>> onRestart(final Collection<Integer> again) {
        for (final int region : again) {
            if (finished.get(region)) {
                finished.clear(region);
                for (final Exchange exchange : regions.outputs(region)) {
                    if (missingProducers[exchange.number()]++ == 0) {
                        exchange.consumers().forEach(consumer -> missingInputs[consumer]++);
                    }
                }
            }
        }
        return again.stream()
                .filter(region -> missingInputs[region] == 0)
                .sorted()
                .map(List::of)
                .toList();
    }
}
