package io.geminid.shuffle.event;

/**
 * Tells a consumer that a barrier waits in one of its queues, behind data, so that it can measure
 * how long. Made by the consumer's own channel; never on the wire, never stored (INV U1).
 *
 * @param barrier what waits
 */
public record BarrierAnnouncement(CheckpointBarrier barrier) implements ShuffleEvent {}
