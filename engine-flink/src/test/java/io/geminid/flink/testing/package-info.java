/** Clusters and jobs for the tests of this module; start at {@code FlinkCluster}. */
package io.geminid.flink.testing;
