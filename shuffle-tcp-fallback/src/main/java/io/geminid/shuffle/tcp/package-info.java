/**
 * The TCP transport, on Netty, and the shuffle service made of it.
 *
 * <p>Start at {@link io.geminid.shuffle.tcp.TcpTransport}; {@link
 * io.geminid.shuffle.tcp.TcpShuffleServiceFactory} is what {@link java.util.ServiceLoader} finds.
 * One {@link io.geminid.shuffle.tcp.TcpTransportContext} holds the configuration.
 *
 * <p>Imports {@code config}, {@code memory} and the packages of the shuffle contract. Nothing of
 * Netty shows in the public types. Sizes are in bytes, times in nanoseconds, unless a name says
 * otherwise.
 */
package io.geminid.shuffle.tcp;
