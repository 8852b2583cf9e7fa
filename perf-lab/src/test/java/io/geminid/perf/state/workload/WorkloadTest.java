package io.geminid.perf.state.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.perf.ConfigurationKeys;
import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.provider.StateResources;
import io.geminid.state.provider.StateStores;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All stores read the same when they are measured: what is compared is the same work. */
class WorkloadTest {

    private static final long KEYS = 100;
    private static final int OPERATIONS = 2_000;

    @TempDir private Path directory;

    @ParameterizedTest
    @EnumSource(StateCase.class)
    void everyStoreReadsTheSame(final StateCase what) {
        for (final int bytes : new int[] {8, 100}) {
            final List<Long> expected = run("heap", what, bytes);
            for (final String name : ConfigurationKeys.stateStores().names()) {
                assertThat(run(name, what, bytes)).as(name).isEqualTo(expected);
            }
            assertThat(expected.stream().distinct().count())
                    .isGreaterThanOrEqualTo(what.isRead() ? 10 : 1);
        }
    }

    private List<Long> run(final String name, final StateCase what, final int bytes) {
        final StateStores stores = ConfigurationKeys.stateStores();
        final GeminidProperties properties =
                GeminidProperties.of(
                        Map.of(StateStores.STORE.name(), name), ConfigurationKeys.all());
        try (SegmentPool pool = new SegmentPool(SegmentPoolContext.from(properties));
                StateStoreFactory factory =
                        stores.open(new StateResources(properties, directory.resolve(name), pool));
                StateStore<Long> store =
                        factory.create(
                                new StateStoreContext<>(
                                        "test",
                                        Serializers.LONG,
                                        new KeyGroupRange(0, 15),
                                        16,
                                        InstantSource.system()))) {
            final Workload<?> workload =
                    Workload.of(what.data(), store, ValueType.ofBytes(bytes), KEYS);
            workload.load();
            assertThat(workload.entries()).isEqualTo(KEYS);
            final List<Long> read = new ArrayList<>();
            for (int i = 0; i < OPERATIONS; i++) {
                read.add(workload.run(what));
            }
            for (final StateCase check : StateCase.values()) {
                if (check.isRead() && check.data() == what.data()) {
                    for (int i = 0; i < OPERATIONS; i++) {
                        read.add(workload.run(check)); // what was written
                    }
                }
            }
            return read;
        }
    }
}
