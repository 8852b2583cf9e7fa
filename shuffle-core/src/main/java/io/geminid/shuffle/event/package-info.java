/**
 * Events: what travels in a channel between the records.
 *
 * <p>Start at {@link io.geminid.shuffle.event.ShuffleEvent}; {@link
 * io.geminid.shuffle.event.EventCodec} knows their bytes. The set is closed: no class name ever
 * travels.
 *
 * <p>Imports {@code serial} from the memory module.
 */
package io.geminid.shuffle.event;
