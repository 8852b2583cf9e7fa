package io.geminid.runtime.schedule;

/**
 * A share of a worker, the unit of allocation.
 *
 * @param worker index of the worker
 * @param index of the slot within the worker
 */
public record Slot(int worker, int index) {}
