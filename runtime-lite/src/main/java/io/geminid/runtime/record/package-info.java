/**
 * What travels in a channel in the order of the records: records with or without a timestamp,
 * watermarks, and changes between idle and active.
 *
 * <p>Start at {@link io.geminid.runtime.record.StreamElement}; {@link
 * io.geminid.runtime.record.StreamElementSerializer} draws its bytes. Events of the shuffle, such
 * as the end of data, are not among them.
 *
 * <p>Imports {@code serial} from the memory module. Times are in milliseconds of event time.
 */
package io.geminid.runtime.record;
