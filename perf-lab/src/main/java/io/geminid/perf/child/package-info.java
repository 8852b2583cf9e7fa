/**
 * Processes under measurement: each subject of a benchmark runs in fresh JVMs of its own, and is
 * spoken to by lines.
 *
 * <p>Start at {@link io.geminid.perf.child.ChildJvm}, the command's end; {@link
 * io.geminid.perf.child.ChildLines} is the child's.
 */
package io.geminid.perf.child;
