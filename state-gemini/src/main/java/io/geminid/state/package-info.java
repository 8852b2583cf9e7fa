/**
 * Keyed state of one operator subtask: what an operator may ask of a store, whatever keeps the
 * bytes.
 *
 * <p>Start at {@link io.geminid.state.StateStore}. An operator describes each of its states once
 * with a {@link io.geminid.state.StateDescriptor} and gets a handle of one of the kinds in {@link
 * io.geminid.state.kind}; timers are in a {@link io.geminid.state.TimerQueue}. {@link
 * io.geminid.state.KeyGroup} says which subtask owns which key, {@link
 * io.geminid.state.heap.HeapStateStore} is the plain store on the heap.
 *
 * <p>Everything here is used by the one task thread of the subtask. Imports {@code serial} from the
 * memory module. Times are in milliseconds, and count from the epoch.
 */
package io.geminid.state;
