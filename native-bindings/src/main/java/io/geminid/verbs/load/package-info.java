/**
 * Finds out whether this host can do RDMA, and loads the native library: from our jar, checked
 * against its SHA-256, by way of a private directory, never from a search path.
 *
 * <p>Start at {@link io.geminid.verbs.load.NativeDoor}. Only {@link io.geminid.verbs.Verbs} needs
 * this package.
 */
package io.geminid.verbs.load;
