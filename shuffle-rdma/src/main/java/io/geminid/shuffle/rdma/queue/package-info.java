/**
 * What a connection posts to the NIC, and who owns the memory behind it.
 *
 * <p>Start at {@link io.geminid.shuffle.rdma.queue.ReceiveQueue} and {@link
 * io.geminid.shuffle.rdma.queue.SendQueue}: both keep a table in which the NIC is an owner, and
 * take memory back only with the completion of the request that named it, or when the queue pair is
 * gone. {@link io.geminid.shuffle.rdma.queue.RegisteredMemory} knows which memory the NIC can
 * reach.
 *
 * <p>Imports {@code memory}, {@code verbs}, {@code shuffle.transport} and {@code shuffle.wire}.
 * Sizes are in bytes; messages are numbered from 1 on.
 */
package io.geminid.shuffle.rdma.queue;
