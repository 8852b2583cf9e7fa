/**
 * A hash table on the heap of which a snapshot is a pointer.
 *
 * <p>Start at {@link io.geminid.state.heap.cow.CowTable}; {@link
 * io.geminid.state.heap.cow.CowVersions} says what a snapshot still sees. Imports nothing.
 */
package io.geminid.state.heap.cow;
