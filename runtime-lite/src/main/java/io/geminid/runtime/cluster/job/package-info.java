/**
 * What a caller says about a job and gets back: plain, immutable values.
 *
 * <p>Start at {@link io.geminid.runtime.cluster.job.JobRequest} and {@link
 * io.geminid.runtime.cluster.job.JobResult}.
 *
 * <p>Imports nothing from the other packages. Times are in nanoseconds, sizes in bytes.
 */
package io.geminid.runtime.cluster.job;
