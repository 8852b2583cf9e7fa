/**
 * RDMA verbs for Java: devices, registered memory, queue pairs, completions. This is all that other
 * modules see; no type of DiSNI and no native handle leaves the module.
 *
 * <p>Start at {@link io.geminid.verbs.Verbs}: is there RDMA here, and if not, why. {@link
 * io.geminid.verbs.VerbsProvider} leads to the devices; {@code connect} sets connections up, {@code
 * work} is what is posted and polled. Tests take their provider from {@code fabric} instead. {@link
 * io.geminid.verbs.QueuePair} says who owns a buffer when.
 *
 * <p>Imports nothing from the other modules. Sizes are in bytes, times in nanoseconds, unless a
 * name says otherwise. Failures are {@link io.geminid.verbs.VerbsException} with the call's name
 * and its errno.
 */
package io.geminid.verbs;
