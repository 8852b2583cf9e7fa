/**
 * Links between coordinator and workers.
 *
 * <p>Start at {@link io.geminid.runtime.cluster.control.ControlLink}. {@link
 * io.geminid.runtime.cluster.control.TcpControl} makes links between processes, {@link
 * io.geminid.runtime.cluster.control.InMemoryControl} between objects of one process; both carry
 * the same bytes. A peer is unknown until its first message has shown the token of the cluster.
 *
 * <p>Imports {@code cluster.message} and {@code cluster.loop}. Sizes are in bytes, times in
 * nanoseconds.
 */
package io.geminid.runtime.cluster.control;
