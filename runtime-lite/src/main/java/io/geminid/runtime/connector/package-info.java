/**
 * Where records come from and go to: files, the terminal, a generator.
 *
 * <p>Start at {@link io.geminid.runtime.connector.FileSource} and {@link
 * io.geminid.runtime.connector.FileSink}; {@link io.geminid.runtime.connector.NexmarkSource} makes
 * the events of an auction house when there is nothing to read.
 *
 * <p>Imports {@code operator} and {@code time}. Times are in milliseconds, sizes and offsets in
 * bytes.
 */
package io.geminid.runtime.connector;
