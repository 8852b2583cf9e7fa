/**
 * The kinds of state: handles through which an operator reads and writes the state of the current
 * key.
 *
 * <p>Start at {@link io.geminid.state.kind.ValueState}. A handle is got once, when the operator is
 * opened, and used for every key: the store's current key (and, if the state has namespaces, the
 * namespace last chosen) says which cell it stands for.
 *
 * <p>Values are never shared between a store and its user: what a handle returns is a copy or
 * immutable, and what it is given may be changed afterwards without changing the state. Null is not
 * a value. Task thread only. Imports nothing.
 */
package io.geminid.state.kind;
