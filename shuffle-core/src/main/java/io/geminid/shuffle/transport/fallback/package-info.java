/**
 * One connection made of two: a fast one that may break and a sure one beside it.
 *
 * <p>Start at {@link io.geminid.shuffle.transport.fallback.FallbackTransport}. Processes meet over
 * the sure transport and agree there whether both have the fast one; then a {@code Session} moves
 * its frames over that. When it is lost the session goes on over the sure one, behind the last
 * frame that the peer has taken.
 *
 * <p>Imports {@code memory}, {@code shuffle.transport} and {@code shuffle.wire}. Times are in
 * nanoseconds; frames of a session are numbered from 1 on in each direction.
 */
package io.geminid.shuffle.transport.fallback;
