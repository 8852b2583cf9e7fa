/**
 * What all stores have in common: the current key, names with their schemas, directories of their
 * own.
 *
 * <p>Start at {@link io.geminid.state.base.AbstractStateStore}. For those who write a store, not
 * for those who use one. Imports {@code serial} from the memory module.
 */
package io.geminid.state.base;
