/**
 * Microbenchmarks, for work on hot paths. {@code perf-lab/jmh NAME} runs them; a test runs each for
 * a moment, so that none rots.
 */
package io.geminid.perf.jmh;
