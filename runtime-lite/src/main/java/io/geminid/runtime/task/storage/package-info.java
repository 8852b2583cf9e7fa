/**
 * Where the snapshots of a process's tasks go: small ranges of all tasks into common files, and a
 * copy of everything to the worker's own disk.
 *
 * <p>Start at {@link io.geminid.runtime.task.storage.WorkerSnapshots}. Imports the checkpoint files
 * of the state module.
 */
package io.geminid.runtime.task.storage;
