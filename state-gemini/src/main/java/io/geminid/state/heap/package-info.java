/**
 * The plain store: objects in Java maps. The measure of correctness for every other store, and good
 * enough for small state.
 *
 * <p>Start at {@link io.geminid.state.heap.HeapStateStore}. Values that are not of an immutable
 * class known here are copied through their serializer whenever they pass the border, so that an
 * operator that relies on shared objects fails here as it would on a store that keeps bytes.
 *
 * <p>Imports {@code serial} from the memory module. Times are in milliseconds.
 */
package io.geminid.state.heap;
