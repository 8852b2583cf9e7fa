/**
 * Keys and values over the record log: the index, records that are found and replaced, and values
 * and keys too long for a record.
 *
 * <p>Start at {@link io.geminid.state.gemini.table.Cells}; {@link
 * io.geminid.state.gemini.table.RecordTable} is below it. Sizes are in bytes. Task thread only.
 *
 * <p>Imports {@code memory}, {@code serial}, {@code state.gemini.log} and {@code
 * state.gemini.spill}.
 */
package io.geminid.state.gemini.table;
