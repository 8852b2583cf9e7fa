/**
 * A cluster: a coordinator and its workers, in one process or in several.
 *
 * <p>Start at {@link io.geminid.runtime.cluster.EmbeddedCluster} for workers in this JVM and at
 * {@link io.geminid.runtime.cluster.ProcessCluster} for workers in JVMs of their own; both are a
 * {@link io.geminid.runtime.cluster.Cluster} and run jobs by name. The classes of this package
 * compose real processes out of the parts in its subpackages; only they name real clocks, threads,
 * sockets and randomness.
 *
 * <p>Imports all packages of the runtime. Times are in nanoseconds, sizes in bytes.
 */
package io.geminid.runtime.cluster;
