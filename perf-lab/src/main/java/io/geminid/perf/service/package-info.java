/**
 * {@code ./geminid shuffle-service}: start at {@link
 * io.geminid.perf.service.ShuffleServiceCommand}.
 *
 * <p>Imports {@code config}, {@code memory} and {@code shuffle}.
 */
package io.geminid.perf.service;
