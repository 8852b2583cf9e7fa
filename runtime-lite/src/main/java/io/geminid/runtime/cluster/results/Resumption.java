package io.geminid.runtime.cluster.results;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.execution.EdgeMapping;
import io.geminid.runtime.schedule.PipelinedRegions;
import io.geminid.runtime.schedule.PipelinedRegions.Exchange;
import io.geminid.runtime.schedule.RestartSet;
import io.geminid.runtime.schedule.Subtask;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Decides which regions of a job need not run again, if a coordinator before has noted that they
 * had finished. Those that had not begin again, with whoever produces what they read and what is
 * not there any more, and with everybody who has read what one of these produces: the rule of
 * {@link RestartSet}. What was released since all of its readers had finished is not missed.
 *
 * <p>One thread. May wait for the disk.
 */
final class Resumption {

    private final long jobId;
    private final JobGraph graph;
    private final PipelinedRegions regions;
    private final Map<Integer, Integer> noted;
    private final Predicate<PartitionDescriptor> isComplete;

    /** Each is looked for once. */
    private final Map<ResultPartitionId, Boolean> looked = new HashMap<>();

    /**
     * Which regions have finished.
     *
     * @param finished their attempts, by number
     * @param unread what of them somebody has still to read
     */
    record Outcome(Map<Integer, Integer> finished, List<PartitionDescriptor> unread) {}

    /**
     * @param noted attempts of the regions that had finished, by number
     * @param isComplete whether a partition can be read
     */
    Resumption(
            final long jobId,
            final JobGraph graph,
            final PipelinedRegions regions,
            final Map<Integer, Integer> noted,
            final Predicate<PartitionDescriptor> isComplete) {
        this.jobId = jobId;
        this.graph = graph;
        this.regions = regions;
        this.noted = noted;
        this.isComplete = isComplete;
    }

    Outcome decide() {
        final List<Integer> others = new ArrayList<>();
        for (int region = 0; region < regions.count(); region++) {
            if (!noted.containsKey(region)) {
                others.add(region);
            }
        }
        final Map<Integer, Integer> finished = new TreeMap<>(noted);
        finished.keySet().removeAll(new RestartSet(regions, new Noted()).after(others));
        return new Outcome(finished, unread(finished));
    }

    private final class Noted implements RestartSet.Status {

        @Override
        public boolean hasBegun(final int region) {
            return noted.containsKey(region);
        }

        @Override
        public boolean isReadable(final int region, final Exchange exchange) {
            return noted.containsKey(region)
                    && partitions(region, exchange).stream()
                            .allMatch(
                                    each ->
                                            looked.computeIfAbsent(
                                                    each.id(), id -> isComplete.test(each)));
        }
    }

    private List<PartitionDescriptor> unread(final Map<Integer, Integer> finished) {
        final List<PartitionDescriptor> unread = new ArrayList<>();
        for (final int region : finished.keySet()) {
            for (final Exchange exchange : regions.outputs(region)) {
                if (!finished.keySet().containsAll(exchange.consumers())) {
                    unread.addAll(partitions(region, exchange));
                }
            }
        }
        return unread;
    }

    private Collection<PartitionDescriptor> partitions(final int region, final Exchange exchange) {
        final JobEdge edge = exchange.edge();
        final EdgeMapping.Part part = exchange.part();
        final EdgeMapping mapping =
                new EdgeMapping(
                        edge.exchange().pattern(),
                        graph.vertices().get(edge.sourceVertex()).parallelism(),
                        graph.vertices().get(edge.targetVertex()).parallelism());
        final List<PartitionDescriptor> found = new ArrayList<>();
        for (final Subtask member : regions.members(region)) {
            if (member.vertex() == edge.sourceVertex()
                    && member.index() >= part.firstProducer()
                    && member.index() < part.producersEnd()) {
                found.add(
                        new PartitionDescriptor(
                                new ResultPartitionId(
                                        jobId, edge.id(), member.index(), noted.get(region)),
                                ResultPartitionType.BLOCKING,
                                mapping.subpartitionCount(member.index())));
            }
        }
        return found;
    }
}
