/**
 * Which store a process uses: {@code geminid.state.store} names it, {@link
 * io.geminid.state.provider.StateStores} finds it.
 *
 * <p>Start at {@link io.geminid.state.provider.StateStores}. A store of one's own is a {@link
 * io.geminid.state.provider.StateStoreProvider} that {@code ServiceLoader} finds.
 *
 * <p>Imports {@code config} from the memory module. Sizes are in bytes.
 */
package io.geminid.state.provider;
