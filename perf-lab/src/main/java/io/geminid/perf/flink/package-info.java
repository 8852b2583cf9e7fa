/**
 * {@code perf shuffle --peers flink-netty} and {@code perf state --inside flink}: the same job in
 * clusters of real Flink processes that differ in the one thing that is compared.
 *
 * <p>Start at {@code FlinkShuffleBenchmark} and {@code FlinkStateBenchmark}. A {@code FlinkCluster}
 * is started by {@code engine-flink/flink-cluster}; the jobs are in {@code engine-flink/src/dist}.
 * It is also what {@code perf checkpoint --case backpressure} compares with. Needs a checkout.
 */
package io.geminid.perf.flink;
