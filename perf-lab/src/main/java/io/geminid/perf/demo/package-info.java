/**
 * {@code demo}: the main job. Reads a web access log, counts the requests of each client and cuts
 * them into sessions, in several processes.
 *
 * <p>Start at {@link io.geminid.perf.demo.DemoCommand}, the command, and {@link
 * io.geminid.perf.demo.job.AccessLogProgram}, the job.
 *
 * <p>Event times are in milliseconds since 1970, as everywhere in the runtime; the files that the
 * job writes have seconds, as the log has.
 */
package io.geminid.perf.demo;
