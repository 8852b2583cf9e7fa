package io.geminid.state.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.config.ConfigException;
import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.gemini.GeminiStateStoreFactory;
import io.geminid.state.kind.LongState;
import io.geminid.testing.ConfigTable;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores are chosen by name. */
class StateStoresTest {

    @TempDir private Path directory;

    private final StateStores stores = StateStores.load(getClass().getClassLoader());

    private final SegmentPool pool = new SegmentPool(SegmentPoolContext.ofMaxBytes(16 << 20));

    @AfterEach
    void everySegmentIsBack() {
        assertThat(pool.heldByOwner()).isEmpty();
        pool.close();
    }

    private StateResources resources(final String name, final Path own) {
        return new StateResources(choosing(name), own, pool);
    }

    @Test
    void theReadmesTableIsTheCodes() {
        ConfigTable.requireInReadme(stores.keys());
    }

    @Test
    void eachStoreCanBeChosen() {
        assertThat(stores.names()).contains("gemini", "heap", "rocksdb");
        for (final String name : stores.names()) {
            final Path own = directory.resolve(name);
            try (StateStoreFactory factory = stores.open(resources(name, own))) {
                final StateStore<Long> store =
                        factory.create(
                                new StateStoreContext<>(
                                        "test",
                                        Serializers.LONG,
                                        new KeyGroupRange(0, 7),
                                        8,
                                        InstantSource.system()));
                final LongState counter = store.state(StateDescriptor.ofLong("counter"));
                store.setCurrentKey(1L);
                assertThat(counter.add(5)).isEqualTo(5);
                store.close();
            }
            assertThat(own).doesNotExist();
        }
    }

    @Test
    void storesInThePoolHaveAFewSegmentsForThemselves() {
        assertThat(stores.segmentsMin(choosing("gemini")))
                .isEqualTo(GeminiStateStoreFactory.SEGMENTS_MIN);
        assertThat(stores.segmentsMin(choosing("heap"))).isZero();
        assertThat(stores.segmentsMin(choosing("rocksdb"))).isZero();
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> stores.open(resources("rocks", directory)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("geminid.state.store=rocks is not one of ")
                .hasMessageContaining("heap")
                .hasMessageContaining("rocksdb");
    }

    @Test
    void withoutItsLibraryAStoreSaysWhatIsMissing()
            throws IOException, ReflectiveOperationException {
        try (URLClassLoader loader = new WithoutRocksDb()) {
            final Object found =
                    loader.loadClass(StateStores.class.getName())
                            .getMethod("load", ClassLoader.class)
                            .invoke(null, loader);
            final Class<?> type = loader.loadClass(StateResources.class.getName());
            final Object resources =
                    type.getConstructor(GeminidProperties.class, Path.class, SegmentPool.class)
                            .newInstance(choosing("rocksdb"), directory, pool);
            assertThatThrownBy(
                            () -> found.getClass().getMethod("open", type).invoke(found, resources))
                    .rootCause()
                    .hasMessageContaining("needs class=org/rocksdb/")
                    .hasMessageContaining("put org.rocksdb:rocksdbjni on the class path");
        }
    }

    private GeminidProperties choosing(final String name) {
        return GeminidProperties.of(Map.of(StateStores.STORE.name(), name), stores.keys());
    }

    /** This module's classes anew, and everything else but the library. */
    private static final class WithoutRocksDb extends URLClassLoader {

        WithoutRocksDb() {
            super(classPath(), StateStoresTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(final String name, final boolean resolve)
                throws ClassNotFoundException {
            if (name.startsWith("org.rocksdb.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("io.geminid.state.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                final Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }

        private static URL[] classPath() {
            return Arrays.stream(System.getProperty("java.class.path").split(":"))
                    .map(WithoutRocksDb::url)
                    .toArray(URL[]::new);
        }

        private static URL url(final String entry) {
            try {
                return Path.of(entry).toUri().toURL();
            } catch (final MalformedURLException e) {
                throw new IllegalStateException(entry, e);
            }
        }
    }
}
