package io.geminid.runtime.schedule;

/**
 * A share of a worker, the unit of allocation.
 *
 * @param worker index of the worker
 * @param index of the slot within the worker
 * @param allocation number of this allocation, never given again: a slot that is given back twice,
 *     or that was a lost worker's, is not another's by then (RT-12)
 */
public record Slot(int worker, int index, long allocation) {}
