/**
 * One thread at a time: where coordinator and worker run.
 *
 * <p>Start at {@link io.geminid.runtime.cluster.loop.EventLoop}.
 *
 * <p>Imports nothing. Times are in nanoseconds.
 */
package io.geminid.runtime.cluster.loop;
