/**
 * The shuffle service inside YARN's NodeManager: {@link io.geminid.yarn.GeminidShuffleService} is
 * all there is.
 *
 * <p>Imports {@code shuffle-core}, {@code shuffle-tcp-fallback} for its keys, and Hadoop's client
 * API, which the NodeManager brings.
 */
package io.geminid.yarn;
