/**
 * The real verbs: the façade over DiSNI's natives and ours.
 *
 * <p>Start at {@link io.geminid.verbs.disni.DisniProvider}. DiSNI's own objects are not used: on
 * JDK 17 its memory classes need a JVM flag, and they allocate for every call. Its natives take one
 * pointer each, and that is what {@code io.geminid.verbs.work} has. Defined by a class loader of
 * its own, see {@link io.geminid.verbs.load.NativeDoor}: reach it by the interfaces only.
 */
package io.geminid.verbs.disni;
