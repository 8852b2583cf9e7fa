package io.geminid.shuffle.event;

/**
 * No more records come in this channel, but events still may (FLIP-147).
 *
 * @param drain whether the producer ended because its input ended (or was asked to drain), and not
 *     because the job is being suspended
 */
public record EndOfData(boolean drain) implements ShuffleEvent {}
