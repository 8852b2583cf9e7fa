/**
 * The record log of the Gemini store: off-heap frames filled with records, sealed by epochs.
 *
 * <p>Start at {@link io.geminid.state.gemini.log.RecordLog}; {@link
 * io.geminid.state.gemini.log.Record} draws a record. An address is a frame's number and an offset
 * in it, a multiple of 16; 0 stands for "no record". Sizes are in bytes. Task thread only, but
 * where said.
 *
 * <p>Imports {@code memory} and {@code state.gemini.spill}.
 */
package io.geminid.state.gemini.log;
