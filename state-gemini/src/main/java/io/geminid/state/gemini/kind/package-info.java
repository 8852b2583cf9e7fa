/**
 * The kinds of state over cells of bytes.
 *
 * <p>Start at {@link io.geminid.state.gemini.kind.GeminiStates}. A cell's key is the current key's
 * bytes and those of the namespace, both as their serializers write them; a serializer reads
 * exactly what it wrote, so that no two different pairs are the same bytes. Values with one part
 * are one record; lists and maps are chunks of about a kilobyte. Task thread only. Times are in
 * milliseconds.
 *
 * <p>Imports {@code serial}, {@code state}, {@code state.kind} and {@code state.gemini.table}.
 */
package io.geminid.state.gemini.kind;
