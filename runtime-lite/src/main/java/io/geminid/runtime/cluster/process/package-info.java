/**
 * Worker processes, seen from the process that starts them.
 *
 * <p>Start at {@link io.geminid.runtime.cluster.process.WorkerProcess}. Imports nothing from the
 * other packages but {@code cluster.message} and {@code cluster.loop}, and the interfaces that jobs
 * are written with.
 */
package io.geminid.runtime.cluster.process;
