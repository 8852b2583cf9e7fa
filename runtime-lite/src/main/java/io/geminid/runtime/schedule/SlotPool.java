package io.geminid.runtime.schedule;

import io.geminid.runtime.graph.stream.ResourceProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The slots that workers have offered, and which are taken (RT-11). A worker has a number of slots
 * and resources; a slot that is taken takes of both, never more than there is (RT-15, RT-18). Used
 * by the coordinator's thread.
 */
public final class SlotPool {

    private final Map<Integer, Offer> offers = new TreeMap<>();
    private long allocations;

    /** Makes a pool without slots. */
    public SlotPool() {}

    /** What one worker has. */
    private static final class Offer {
        private final ResourceProfile share;

        /** By slot; null: free. */
        private final Taken[] taken;

        private ResourceProfile left;
        private int free;

        Offer(final int slots, final ResourceProfile total) {
            taken = new Taken[slots];
            free = slots;
            left = total;
            share = total.share(Math.max(1, slots));
        }

        boolean has(final ResourceProfile needs) {
            return free > 0 && left.covers(needs.isUnspecified() ? share : needs);
        }

        int take(final ResourceProfile needs, final long allocation) {
            int index = 0;
            while (taken[index] != null) {
                index++;
            }
            final ResourceProfile exact = needs.isUnspecified() ? share : needs;
            left = left.minus(exact);
            taken[index] = new Taken(allocation, exact);
            free--;
            return index;
        }

        void giveBack(final Slot slot) {
            // A worker that was lost may be back with fewer slots.
            final Taken was = slot.index() < taken.length ? taken[slot.index()] : null;
            if (was != null && was.allocation == slot.allocation()) {
                taken[slot.index()] = null;
                left = left.plus(was.resources);
                free++;
            }
        }
    }

    private record Taken(long allocation, ResourceProfile resources) {}

    /**
     * A worker offers its slots.
     *
     * @param worker index of the worker
     * @param slots how many
     * @param total resources of all of them together
     * @throws IllegalArgumentException if it has offered before
     */
    public void offer(final int worker, final int slots, final ResourceProfile total) {
        if (offers.putIfAbsent(worker, new Offer(slots, total)) != null) {
            throw new IllegalArgumentException(
                    "worker=" + worker + " has offered its slots before");
        }
    }

    /**
     * A worker is gone, and its slots with it.
     *
     * @param worker index of the worker
     */
    public void withdraw(final int worker) {
        offers.remove(worker);
    }

    /**
     * Takes slots, all or none. Whoever was on a worker gets a slot there if it can be; then
     * workers get their turn one slot at a time, those with more free slots first and then by
     * index, so that a job spreads.
     *
     * @param requests which
     * @return the slots, in the order of the requests, or nothing if there are too few
     */
    public Optional<List<Slot>> allocate(final List<SlotRequest> requests) {
        if (free() < requests.size()) {
            return Optional.empty();
        }
        final Slot[] found = new Slot[requests.size()];
        takeWhereTheyWere(requests, found);
        final List<Integer> workers = new ArrayList<>(offers.keySet());
        workers.sort(Comparator.comparing((Integer worker) -> offers.get(worker).free).reversed());
        int turn = 0;
        for (int i = 0; i < found.length; i++) {
            for (int tries = 0; found[i] == null && tries < workers.size(); tries++) {
                found[i] = take(workers.get(turn++ % workers.size()), requests.get(i));
            }
            if (found[i] == null) {
                giveBack(found);
                return Optional.empty();
            }
        }
        return Optional.of(List.of(found));
    }

    private void takeWhereTheyWere(final List<SlotRequest> requests, final Slot[] found) {
        for (int i = 0; i < found.length; i++) {
            if (offers.containsKey(requests.get(i).worker())) {
                found[i] = take(requests.get(i).worker(), requests.get(i));
            }
        }
    }

    private Slot take(final int worker, final SlotRequest request) {
        final Offer offer = offers.get(worker);
        final boolean bound = request.bound() && offers.containsKey(request.worker());
        if (bound && worker != request.worker() || !offer.has(request.needs())) {
            return null;
        }
        allocations++;
        return new Slot(worker, offer.take(request.needs(), allocations), allocations);
    }

    private void giveBack(final Slot... slots) {
        for (final Slot slot : slots) {
            if (slot != null) {
                giveBack(slot);
            }
        }
    }

    /**
     * Gives a slot back. Idempotent; does nothing if its worker is gone.
     *
     * @param slot from {@link #allocate}
     */
    public void giveBack(final Slot slot) {
        final Offer offer = offers.get(slot.worker());
        if (offer != null) {
            offer.giveBack(slot);
        }
    }

    /**
     * @return slots that nobody has
     */
    public int free() {
        return offers.values().stream().mapToInt(offer -> offer.free).sum();
    }

    /**
     * @return slots of all workers
     */
    public int total() {
        return offers.values().stream().mapToInt(offer -> offer.taken.length).sum();
    }

    /**
     * What a worker has left.
     *
     * @param worker its index
     * @return resources that no slot has taken; nothing if there is no such worker
     */
    public ResourceProfile left(final int worker) {
        final Offer offer = offers.get(worker);
        return offer == null ? ResourceProfile.UNSPECIFIED : offer.left;
    }

    /** What there is, for messages. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        text.append("slotsFree=").append(free()).append(" slotsTotal=").append(total());
        text.append(" workers=").append(offers.size());
        offers.forEach(
                (worker, offer) -> {
                    if (!offer.left.equals(ResourceProfile.UNLIMITED)) {
                        text.append(" left(").append(worker).append(")=").append(offer.left);
                    }
                });
        return text.toString();
    }
}
