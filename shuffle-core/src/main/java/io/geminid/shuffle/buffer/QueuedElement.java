package io.geminid.shuffle.buffer;

/** What waits in a subpartition for its reader: a segment with record bytes, or an event. */
public sealed interface QueuedElement permits EventBuffer, WrittenSegment {}
