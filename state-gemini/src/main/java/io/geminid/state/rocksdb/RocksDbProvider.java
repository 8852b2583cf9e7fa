package io.geminid.state.rocksdb;

import io.geminid.config.ConfigException;
import io.geminid.config.ConfigKey;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.provider.StateResources;
import io.geminid.state.provider.StateStoreProvider;
import io.geminid.state.provider.StateStores;
import io.geminid.state.rocksdb.db.RocksDbSettings;
import java.util.List;

/** The store on RocksDB, under the name {@code rocksdb}. Loads without its library. */
public final class RocksDbProvider implements StateStoreProvider {

    /** For {@code ServiceLoader}. */
    public RocksDbProvider() {}

    @Override
    public String name() {
        return "rocksdb";
    }

    @Override
    public List<ConfigKey<?>> keys() {
        return RocksDbSettings.KEYS;
    }

    @Override
    public StateStoreFactory open(final StateResources resources) {
        try {
            return new RocksDbStores(
                    resources.directory(), RocksDbSettings.from(resources.properties()));
        } catch (final NoClassDefFoundError e) {
            throw new ConfigException(
                    StateStores.STORE
                            + "=rocksdb needs class="
                            + e.getMessage()
                            + ": put org.rocksdb:rocksdbjni on the class path, or choose another"
                            + " store");
        } catch (final UnsatisfiedLinkError | RuntimeException e) {
            throw new ConfigException(
                    StateStores.STORE
                            + "=rocksdb cannot load its native library from java.io.tmpdir="
                            + System.getProperty("java.io.tmpdir")
                            + " (it must allow executing): "
                            + e.getMessage());
        }
    }
}
