package io.geminid.perf;

import io.geminid.config.ConfigKey;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.cluster.ClusterKeys;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.rdma.RdmaTransportContext;
import io.geminid.shuffle.service.ShuffleOptions;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import io.geminid.shuffle.tcp.TcpTransportContext;
import io.geminid.state.provider.StateStores;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Every {@code geminid.*} key there is. */
public final class ConfigurationKeys {

    private ConfigurationKeys() {}

    /**
     * The kinds of state stores that can be chosen.
     *
     * @return those on the class path
     */
    public static StateStores stateStores() {
        return StateStores.load(ConfigurationKeys.class.getClassLoader());
    }

    /**
     * The keys of all modules.
     *
     * @return each once
     */
    public static Collection<ConfigKey<?>> all() {
        return Stream.<List<ConfigKey<?>>>of(
                        SegmentPoolContext.KEYS,
                        ShuffleServices.KEYS,
                        ShuffleOptions.KEYS,
                        SortMergeOptions.KEYS,
                        TcpTransportContext.KEYS,
                        RdmaTransportContext.KEYS,
                        stateStores().keys(),
                        ClusterKeys.KEYS)
                .<ConfigKey<?>>flatMap(List::stream)
                .toList();
    }
}
