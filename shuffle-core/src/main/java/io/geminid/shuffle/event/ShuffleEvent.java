package io.geminid.shuffle.event;

/**
 * Something that travels in a channel between records. A closed set; {@link EventCodec} gives each
 * its bytes.
 */
public sealed interface ShuffleEvent
        permits BarrierAnnouncement, CheckpointBarrier, EndOfData, EndOfPartition, UserEvent {

    /**
     * Whether the producer must stop after this event until the consumer resumes the channel.
     *
     * @return true for an aligned barrier; false for all others
     */
    default boolean blocksUpstream() {
        return false;
    }
}
