/**
 * Off-heap segments: who may hold them, for how long, and how many exist.
 *
 * <p>Start at {@link io.geminid.memory.SegmentPool}, which owns the memory and knows every loan; a
 * task takes segments through its {@link io.geminid.memory.LocalSegmentPool}. Read {@link
 * io.geminid.memory.Segment} for the rules of a loan, {@link io.geminid.memory.PoolSizing} for the
 * arithmetic behind a pool's size, and {@link io.geminid.memory.SlabListener} to register memory
 * with a NIC.
 *
 * <p>Imports nothing from the other modules. Sizes are in bytes, counts in segments, unless a name
 * says otherwise.
 */
package io.geminid.memory;
