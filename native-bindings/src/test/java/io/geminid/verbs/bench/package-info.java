/**
 * What a post and a poll cost, and how fast segments travel, by our façade; to be run beside {@code
 * ib_send_bw} on the same devices.
 *
 * <p>Start at {@link io.geminid.verbs.bench.VerbsBench}. Not a test: it only prints.
 */
package io.geminid.verbs.bench;
