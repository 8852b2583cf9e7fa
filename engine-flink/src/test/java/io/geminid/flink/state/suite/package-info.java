/** Suites that Flink publishes for state backends, run with ours. */
package io.geminid.flink.state.suite;
