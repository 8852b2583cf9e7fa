package io.geminid.verbs.info;

/**
 * The most that can be made on one device; counts, not promises: memory may run out before.
 *
 * @param queuePairs queue pairs
 * @param requests work requests outstanding on one queue
 * @param slices scatter or gather entries of one work request
 * @param completions entries of one completion queue
 * @param regions memory regions
 */
public record DeviceLimits(
        long queuePairs, long requests, long slices, long completions, long regions) {}
