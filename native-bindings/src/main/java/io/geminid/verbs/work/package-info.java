/**
 * Work requests and completions in memory outside the heap, in the layout that the device's library
 * reads: written once, rewritten in place, handed over by their address.
 *
 * <p>Start at {@link io.geminid.verbs.work.SendList}, {@link io.geminid.verbs.work.ReceiveList} and
 * {@link io.geminid.verbs.work.Completions}. Each object is for one thread and allocates only in
 * its constructor. The layout is Linux's on 64 bits; a test compares it with the C headers.
 */
package io.geminid.verbs.work;
