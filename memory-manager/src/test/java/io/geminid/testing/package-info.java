/**
 * Test harness of all modules: repeatable random tests, pools that must end empty, threads that
 * must end at all.
 *
 * <p>Start at {@link io.geminid.testing.Seed}. Times are {@link java.time.Duration}.
 */
package io.geminid.testing;
