/**
 * Gemini: keyed state outside the heap.
 *
 * <p>Start at {@link io.geminid.state.gemini.GeminiStateStoreFactory}. From the bottom up: {@link
 * io.geminid.state.gemini.spill}, files for what does not fit into memory; {@link
 * io.geminid.state.gemini.log}, frames filled with records, there or here; {@link
 * io.geminid.state.gemini.table}, the index over them, and values and keys of any length; {@link
 * io.geminid.state.gemini.kind}, the kinds of state; {@link io.geminid.state.gemini.timer}, timers.
 *
 * <pre>{@code
 * handle           index pages                   log, a frame each: epoch 3, 3, 4 (the present one)
 * key, namespace   +-----------+                 +--------+  +--------+  +--------+
 *    |    hash --> | hash addr |---------------> | record |  | record |  | record |  appended, or
 *    |             | hash addr |-----------+     | record |  | (dead) |  |        |  changed in
 *    v             +-----------+           |     | (dead) |  | record |  |        |  place
 *  bytes --------- compared with ----------+---> +--------+  +--------+  +--------+
 *                                                   sealed: never changed again
 * }</pre>
 *
 * <p>A read is one look at the index and one at the record. The first change of a record after a
 * snapshot has sealed the log appends a new one; later changes are made in place. Nothing on these
 * paths makes an object but the values themselves.
 *
 * <p>Imports {@code memory}, {@code serial}, {@code state} and {@code state.kind}. Task thread
 * only.
 */
package io.geminid.state.gemini;
