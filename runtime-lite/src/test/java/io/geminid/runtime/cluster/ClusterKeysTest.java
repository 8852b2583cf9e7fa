package io.geminid.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.config.ConfigException;
import io.geminid.testing.ConfigTable;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the README says, and what does not fit. */
class ClusterKeysTest {

    @Test
    void theReadmesTableIsTheCodes() {
        ConfigTable.requireInReadme(ClusterKeys.KEYS);
    }

    @Test
    void aTimeoutWithinAFewHeartbeatsIsRefused() {
        assertThatThrownBy(
                        () ->
                                ClusterKeys.timings(
                                        TestProperties.small(
                                                Map.of(
                                                        ClusterKeys.HEARTBEAT_TIMEOUT.name(),
                                                        "1s"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("geminid.cluster.heartbeat-interval=500000000ns");
    }
}
