package io.geminid.runtime.schedule;

import io.geminid.runtime.schedule.PipelinedRegions.Exchange;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which regions begin again after a failure (RT-27, RT-28; INV R1): those that failed; whoever
 * produces what one of them reads and is not there any more; and everybody who reads, or has read,
 * what one of them produces, since it may be something else the next time.
 */
public final class RestartSet {

    private final PipelinedRegions regions;
    private final Status status;

    /** What the coordinator knows of regions. */
    public interface Status {

        /**
         * Whether a region has been deployed, however it ended.
         *
         * @param region its number
         * @return false if it has done nothing yet
         */
        boolean hasBegun(int region);

        /**
         * Whether what a region produces for an exchange can be read, all of it.
         *
         * @param region its number
         * @param exchange one of its outputs
         * @return true if it is complete and where it was
         */
        boolean isReadable(int region, Exchange exchange);
    }

    /**
     * Makes a rule.
     *
     * @param regions of the job
     * @param status asked for each failure
     */
    public RestartSet(final PipelinedRegions regions, final Status status) {
        this.regions = regions;
        this.status = status;
    }

    /**
     * The regions to begin again.
     *
     * @param failed regions that failed
     * @return their numbers, sorted
     */
    public SortedSet<Integer> after(final Collection<Integer> failed) {
        final TreeSet<Integer> again = new TreeSet<>(failed);
        final ArrayDeque<Integer> next = new ArrayDeque<>(again);
        final BitSet readBefore = new BitSet();
        final BitSet producedBefore = new BitSet();
        while (!next.isEmpty()) {
            final int region = next.remove();
            for (final Exchange input : regions.inputs(region)) {
                if (!readBefore.get(input.number())) {
                    readBefore.set(input.number());
                    for (final int producer : input.producers()) {
                        if (!status.isReadable(producer, input)
                                && status.hasBegun(producer)
                                && again.add(producer)) {
                            next.add(producer);
                        }
                    }
                }
            }
            for (final Exchange output : regions.outputs(region)) {
                if (!producedBefore.get(output.number())) {
                    producedBefore.set(output.number());
                    for (final int consumer : output.consumers()) {
                        if (status.hasBegun(consumer) && again.add(consumer)) {
                            next.add(consumer);
                        }
                    }
                }
            }
        }
        return again;
    }
}
