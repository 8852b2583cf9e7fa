package io.geminid.runtime.schedule;

import io.geminid.runtime.graph.stream.ResourceProfile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The slots that a job has at this moment. Subtasks that may share a slot do so while they run at
 * the same time (RT-19); who runs later gets a slot where others of the kind were, if there is one
 * (RT-07), or nowhere else if it is bound to them (RT-10). Used by the coordinator's thread.
 */
public final class JobSlots {

    private final SlotPool pool;
    private final SlotSharing sharing;

    /** By their number in the sharing: those that more may be put into. */
    private final Map<Integer, Held> held = new HashMap<>();

    private final Map<Subtask, Held> bySubtask = new HashMap<>();

    /** Where a slot of the job was last, by its number in the sharing. */
    private final Map<Integer, Integer> lastWorker = new HashMap<>();

    /** A slot, and how many subtasks are in it. */
    private static final class Held {
        private final Slot slot;
        private int users;

        Held(final Slot slot) {
            this.slot = slot;
        }
    }

    /**
     * Makes a job that has none.
     *
     * @param pool where slots come from
     * @param sharing which subtasks share one
     */
    public JobSlots(final SlotPool pool, final SlotSharing sharing) {
        this.pool = pool;
        this.sharing = sharing;
    }

    /**
     * Takes what subtasks need that are to run together, all or none.
     *
     * @param subtasks each at most once until given back
     * @return whether there were enough
     */
    public boolean take(final Collection<Subtask> subtasks) {
        final Map<Integer, ResourceProfile> needs = new TreeMap<>();
        final Set<Integer> bound = new HashSet<>();
        for (final Subtask subtask : subtasks) {
            final int number = sharing.slotOf(subtask);
            if (sharing.isBound(subtask)) {
                bound.add(number);
            }
            if (!held.containsKey(number)) {
                needs.put(number, sharing.resourcesOf(number));
            }
        }
        final List<SlotRequest> requests = new ArrayList<>();
        needs.forEach(
                (number, profile) ->
                        requests.add(
                                new SlotRequest(
                                        profile,
                                        lastWorker.getOrDefault(number, SlotRequest.ANYWHERE),
                                        bound.contains(number))));
        final Optional<List<Slot>> found = pool.allocate(requests);
        if (found.isEmpty()) {
            return false;
        }
        int next = 0;
        for (final int number : needs.keySet()) {
            final Slot slot = found.get().get(next++);
            held.put(number, new Held(slot));
            lastWorker.put(number, slot.worker());
        }
        for (final Subtask subtask : subtasks) {
            final Held slot = held.get(sharing.slotOf(subtask));
            slot.users++;
            bySubtask.put(subtask, slot);
        }
        return true;
    }

    /**
     * Where a subtask is.
     *
     * @param subtask one that slots were taken for
     * @return its slot
     */
    public Slot of(final Subtask subtask) {
        return bySubtask.get(subtask).slot;
    }

    /**
     * Subtasks have ended: slots in which nobody is left are free.
     *
     * @param subtasks as taken
     */
    public void giveBack(final Collection<Subtask> subtasks) {
        for (final Subtask subtask : subtasks) {
            final Held slot = bySubtask.remove(subtask);
            if (--slot.users == 0) {
                held.remove(sharing.slotOf(subtask), slot);
                pool.giveBack(slot.slot);
            }
        }
    }

    /**
     * A worker is gone: nobody more is put into its slots.
     *
     * @param worker its index
     */
    public void lose(final int worker) {
        held.values().removeIf(slot -> slot.slot.worker() == worker);
    }

    /**
     * What is missing, for messages.
     *
     * @param subtasks that wait to be deployed together
     * @return how many slots they need and why, and what there is
     */
    public String missing(final Collection<Subtask> subtasks) {
        return "slotsNeeded="
                + subtasks.stream().mapToInt(sharing::slotOf).distinct().count()
                + " ("
                + sharing
                + ") "
                + pool;
    }
}
