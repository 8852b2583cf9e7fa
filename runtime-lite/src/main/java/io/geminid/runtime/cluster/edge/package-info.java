/**
 * Which shuffle service carries an edge of a job.
 *
 * <p>Start at {@link io.geminid.runtime.cluster.edge.EdgeServices}. Imports {@code shuffle} and
 * {@code graph}.
 */
package io.geminid.runtime.cluster.edge;
