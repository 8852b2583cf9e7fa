/**
 * {@code ./geminid verify}: start at {@link io.geminid.perf.verify.VerifyCommand}.
 *
 * <p>Imports the state module's verifier, that of data in flight, and that of stored partitions.
 */
package io.geminid.perf.verify;
