/**
 * Worker processes, seen from the process that starts them.
 *
 * <p>Start at {@link io.geminid.runtime.cluster.process.WorkerProcess}. Imports nothing from the
 * other packages but {@code cluster.message}.
 */
package io.geminid.runtime.cluster.process;
