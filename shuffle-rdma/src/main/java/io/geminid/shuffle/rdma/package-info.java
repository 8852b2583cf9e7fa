/**
 * The RDMA transport, on verbs, and the shuffle service made of it.
 *
 * <p>Start at {@link io.geminid.shuffle.rdma.RdmaTransport}. All its connections belong to one
 * {@code RdmaAgent}, whose duty cycle a thread of its own runs, or the caller in tests: it polls
 * the completion queue, hands over what came, posts receives again and then pulls and posts what
 * there is to send. A frame is one message; a header tells how it is checked, and {@link
 * io.geminid.shuffle.rdma.queue} who owns its memory.
 *
 * <p>Imports {@code config}, {@code memory}, {@code verbs} and the packages of the shuffle
 * contract. Sizes are in bytes, times in nanoseconds, unless a name says otherwise.
 */
package io.geminid.shuffle.rdma;
