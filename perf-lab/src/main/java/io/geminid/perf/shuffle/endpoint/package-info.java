/**
 * The two ends of each subject's stream, which run in processes of their own.
 *
 * <p>Start at {@link io.geminid.perf.shuffle.endpoint.BenchmarkMain}; {@link
 * io.geminid.perf.shuffle.endpoint.Subject} lists who can be measured.
 */
package io.geminid.perf.shuffle.endpoint;
