/**
 * Many channels over one connection: opens them, moves their elements, keeps their credits.
 *
 * <p>Start at {@link io.geminid.shuffle.network.RemoteChannels}, which gives an input gate a {@link
 * io.geminid.shuffle.network.RemoteChannel} to a subpartition in another process and serves our
 * partitions to others. All of it runs on the connections' threads, above any {@link
 * io.geminid.shuffle.transport.Transport}.
 *
 * <p>Imports {@code memory}, {@code shuffle.transport}, {@code shuffle.wire}, {@code
 * shuffle.partition} and {@code shuffle.buffer}.
 */
package io.geminid.shuffle.network;
