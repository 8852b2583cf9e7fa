/**
 * Configuration: one namespace of properties, {@code geminid.*}, and one small checked record per
 * component.
 *
 * <p>Start at {@link io.geminid.config.GeminidProperties}. A component declares its keys as {@link
 * io.geminid.config.ConfigKey} constants and offers the list of them; whoever starts a process
 * hands all lists to {@link io.geminid.config.GeminidProperties#of}, which refuses a key that
 * nobody declared.
 *
 * <p>Imports nothing from the other packages. Sizes are in bytes, times are {@link
 * java.time.Duration}.
 */
package io.geminid.config;
