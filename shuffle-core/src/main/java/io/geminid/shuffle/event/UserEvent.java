package io.geminid.shuffle.event;

/**
 * An event that a runtime above the shuffle understands and the shuffle does not.
 *
 * @param kind chosen by the runtime
 * @param value eight bytes
 * @param blocksUpstream whether the producer waits after it until the consumer resumes the channel
 */
public record UserEvent(int kind, long value, boolean blocksUpstream) implements ShuffleEvent {}
