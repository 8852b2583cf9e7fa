/**
 * The standard shuffle service, all but its transport: a module that has one composes {@link
 * io.geminid.shuffle.service.StandardShuffleMaster} and {@link
 * io.geminid.shuffle.service.StandardShuffleEnvironment} in a {@link
 * io.geminid.shuffle.ShuffleServiceFactory}, and is a shuffle service.
 *
 * <p>Start at {@link io.geminid.shuffle.service.StandardShuffleEnvironment}; {@link
 * io.geminid.shuffle.service.ShuffleOptions} has the configuration.
 *
 * <p>Imports {@code config}, {@code memory} and the other packages of this module. Sizes are in
 * bytes, counts in segments.
 */
package io.geminid.shuffle.service;
