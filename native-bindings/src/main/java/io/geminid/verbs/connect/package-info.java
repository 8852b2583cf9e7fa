/**
 * How two queue pairs find each other: addresses, requests, answers, private data, and the end of a
 * connection.
 *
 * <p>Start at {@link io.geminid.verbs.connect.ConnectionManager}. Everything here is for set-up and
 * may allocate. What a peer puts into private data is unauthenticated: it says who wants to talk,
 * never what is allowed.
 */
package io.geminid.verbs.connect;
