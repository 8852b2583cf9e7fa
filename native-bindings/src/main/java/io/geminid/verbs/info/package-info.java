/**
 * What a device, a port, an address and a queue pair say of themselves: plain values, for {@code
 * doctor}, for logs and for sizing.
 *
 * <p>Start at {@link io.geminid.verbs.info.DeviceInfo}. Sizes are in bytes unless a name says
 * otherwise. Imports nothing.
 */
package io.geminid.verbs.info;
