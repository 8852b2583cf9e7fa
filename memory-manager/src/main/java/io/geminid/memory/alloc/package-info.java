/**
 * Where slabs come from: ordinary direct memory, or huge pages reserved by the host.
 *
 * <p>Start at {@link io.geminid.memory.alloc.SlabAllocator}. Sizes are in bytes. Nothing here knows
 * of segments.
 */
package io.geminid.memory.alloc;
