package io.geminid.runtime.schedule;

import java.util.Collection;
import java.util.List;

/**
 * Says which regions are deployed when (BL-25). Called by the coordinator's thread. Each answer is
 * a list of bulks; the regions of a bulk get their slots together, or none of them does.
 */
public interface SchedulingStrategy {

    /**
     * The job begins. Regions of which it was said before that they have finished are not deployed.
     *
     * @return bulks of regions to deploy as soon as there are slots
     */
    List<List<Integer>> onStart();

    /**
     * All tasks of a region have finished: what it produced can be consumed.
     *
     * @param region its number
     * @return bulks that can be deployed now and could not before
     */
    List<List<Integer>> onFinished(int region);

    /**
     * Regions begin again: nothing that they produced counts any more.
     *
     * @param regions their numbers
     * @return bulks among them that can be deployed now; the others wait for producers
     */
    List<List<Integer>> onRestart(Collection<Integer> regions);
}
