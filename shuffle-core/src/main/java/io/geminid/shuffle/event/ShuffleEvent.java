package io.geminid.shuffle.event;

/**
 * Something that travels in a channel between records. A closed set; {@link EventCodec} gives each
 * its bytes. Barriers, cancellation markers and announcements join it with checkpoints.
 */
public sealed interface ShuffleEvent permits EndOfData, EndOfPartition, UserEvent {

    /**
     * Whether the producer must stop after this event until the consumer resumes the channel.
     *
     * @return true for an aligned barrier; false for all others
     */
    default boolean blocksUpstream() {
        return false;
    }
}
