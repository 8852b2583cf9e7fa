/**
 * What travels in a channel: pieces of segments with record bytes in them, and events.
 *
 * <p>Start at {@link io.geminid.shuffle.buffer.Buffer}.
 *
 * <p>Imports {@code memory}. Sizes are in bytes.
 */
package io.geminid.shuffle.buffer;
