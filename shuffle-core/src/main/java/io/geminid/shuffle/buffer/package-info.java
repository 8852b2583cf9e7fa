/**
 * What travels in a channel: pieces of segments with record bytes in them, and events.
 *
 * <p>Start at {@link io.geminid.shuffle.buffer.Buffer}. {@link
 * io.geminid.shuffle.buffer.WrittenSegment} is where a writer and a reader meet; {@link
 * io.geminid.shuffle.buffer.SegmentReferences} is the only count of holders there is.
 *
 * <p>Imports {@code memory}, {@code serial} and {@code shuffle.event}, and of {@code
 * shuffle.transport} what a link tells the owner of a slice. Sizes are in bytes.
 */
package io.geminid.shuffle.buffer;
