/**
 * {@code ./geminid verify}: start at {@link io.geminid.perf.verify.VerifyCommand}.
 *
 * <p>Imports the state module's verifier.
 */
package io.geminid.perf.verify;
