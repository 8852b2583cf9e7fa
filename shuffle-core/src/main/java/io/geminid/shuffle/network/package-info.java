/**
 * Many channels over one connection: opens them, moves their elements, keeps their credits.
 *
 * <p>Start at {@link io.geminid.shuffle.network.ChannelNetwork}: it gives an input gate a {@link
 * io.geminid.shuffle.network.RemoteChannel} to a subpartition in another process, and serves our
 * partitions to others. On each connection its {@code ConsumerSide} asks, grants and takes, and its
 * {@code ProducerSide} polls and sends; both run on the connection's thread, above any {@link
 * io.geminid.shuffle.transport.Transport}.
 *
 * <p>Imports {@code memory}, {@code shuffle.buffer}, {@code shuffle.credit}, {@code
 * shuffle.descriptor}, {@code shuffle.event}, {@code shuffle.partition}, {@code shuffle.transport}
 * and {@code shuffle.wire}. Credits are counts of segments, sizes are in bytes.
 */
package io.geminid.shuffle.network;
