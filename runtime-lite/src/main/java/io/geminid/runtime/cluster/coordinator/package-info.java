/**
 * The coordinator: knows the workers and runs the jobs.
 *
 * <p>Start at {@link io.geminid.runtime.cluster.coordinator.Coordinator}; each job has a {@link
 * io.geminid.runtime.cluster.coordinator.JobMaster}. Everything runs on one event loop and reaches
 * workers by {@code cluster.control} only.
 *
 * <p>Imports {@code graph}, {@code schedule}, {@code shuffle} and the other packages of the
 * cluster. Times are in nanoseconds.
 */
package io.geminid.runtime.cluster.coordinator;
