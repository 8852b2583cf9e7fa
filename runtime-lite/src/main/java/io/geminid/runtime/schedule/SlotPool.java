package io.geminid.runtime.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The slots that workers have offered, and which job has which. A slot is free or belongs to one
 * job (RT-11). Used by the coordinator's thread.
 */
public final class SlotPool {

    private static final long FREE = -1;

    /** Job of each slot, by worker. */
    private final Map<Integer, long[]> jobsBySlot = new TreeMap<>();

    /** Makes a pool without slots. */
    public SlotPool() {}

    /**
     * A worker offers its slots.
     *
     * @param worker index of the worker
     * @param slots how many
     * @throws IllegalArgumentException if it has offered before
     */
    public void offer(final int worker, final int slots) {
        final long[] jobs = new long[slots];
        Arrays.fill(jobs, FREE);
        if (jobsBySlot.putIfAbsent(worker, jobs) != null) {
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
        jobsBySlot.remove(worker);
    }

    /**
     * Takes slots, all or none. Workers get their turn one slot at a time, those with more free
     * slots first and then by index, so that a job spreads.
     *
     * @param jobId for which job; not negative
     * @param count how many
     * @return the slots, or nothing if there are too few
     */
    public Optional<List<Slot>> allocate(final long jobId, final int count) {
        if (jobId < 0) {
            throw new IllegalArgumentException("jobId=" + jobId);
        }
        if (free() < count) {
            return Optional.empty();
        }
        final List<Integer> workers = new ArrayList<>(jobsBySlot.keySet());
        workers.sort((left, right) -> Integer.compare(freeOf(right), freeOf(left)));
        final List<Slot> taken = new ArrayList<>();
        while (taken.size() < count) {
            for (final int worker : workers) {
                if (taken.size() < count) {
                    takeOne(worker, jobId, taken);
                }
            }
        }
        return Optional.of(taken);
    }

    private void takeOne(final int worker, final long jobId, final List<Slot> taken) {
        final long[] jobs = jobsBySlot.get(worker);
        for (int index = 0; index < jobs.length; index++) {
            if (jobs[index] == FREE) {
                jobs[index] = jobId;
                taken.add(new Slot(worker, index));
                return;
            }
        }
    }

    /**
     * A job gives all of its slots back.
     *
     * @param jobId which
     */
    public void release(final long jobId) {
        for (final long[] jobs : jobsBySlot.values()) {
            for (int index = 0; index < jobs.length; index++) {
                if (jobs[index] == jobId) {
                    jobs[index] = FREE;
                }
            }
        }
    }

    /**
     * @return slots that no job has
     */
    public int free() {
        return jobsBySlot.keySet().stream().mapToInt(this::freeOf).sum();
    }

    /**
     * @return slots of all workers
     */
    public int total() {
        return jobsBySlot.values().stream().mapToInt(jobs -> jobs.length).sum();
    }

    private int freeOf(final int worker) {
        int free = 0;
        for (final long job : jobsBySlot.get(worker)) {
            free += job == FREE ? 1 : 0;
        }
        return free;
    }

    /** What there is, for messages. */
    @Override
    public String toString() {
        return "slotsFree=" + free() + " slotsTotal=" + total() + " workers=" + jobsBySlot.size();
    }
}
