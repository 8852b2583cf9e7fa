/**
 * How a snapshot of the heap store lies in a file.
 *
 * <p>Start at {@link io.geminid.state.heap.format.BlockWriter}, which draws it; {@link
 * io.geminid.state.heap.format.HeapSnapshot} writes a whole store, {@link
 * io.geminid.state.heap.format.RestoredStates} reads it back. Imports {@code serial} of the memory
 * module and {@code io.geminid.state.checkpoint}. Sizes and positions are in bytes.
 */
package io.geminid.state.heap.format;
