/**
 * Our natives beside DiSNI's: what DiSNI leaves out or cannot say. In the same library.
 *
 * <p>Start at {@link io.geminid.verbs.jni.RdmaNatives}. For {@code io.geminid.verbs.disni} only;
 * both are defined by a class loader of their own, so nothing else can name them.
 */
package io.geminid.verbs.jni;
