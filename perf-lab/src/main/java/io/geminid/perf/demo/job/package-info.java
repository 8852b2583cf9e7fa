/**
 * The demo's job: what it reads, computes and writes.
 *
 * <p>Start at {@link io.geminid.perf.demo.job.AccessLogProgram}.
 */
package io.geminid.perf.demo.job;
