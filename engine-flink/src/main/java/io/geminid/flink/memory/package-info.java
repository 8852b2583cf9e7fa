/**
 * The memory behind Flink's network buffers: slices of slabs of ours, which a transport registers
 * once.
 *
 * <p>Start at {@link io.geminid.flink.memory.RegisteredMemory}. Every piece of that memory is at
 * any moment either a {@link io.geminid.memory.Segment} in the hands of a transport or a {@code
 * MemorySegment} in the hands of Flink, never both; the class keeps the book of it.
 *
 * <p>Imports {@code io.geminid.memory} and Flink's memory and buffer classes. Sizes are in bytes.
 */
package io.geminid.flink.memory;
