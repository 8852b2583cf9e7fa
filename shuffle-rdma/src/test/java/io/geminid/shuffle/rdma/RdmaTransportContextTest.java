package io.geminid.shuffle.rdma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.config.ConfigException;
import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.shuffle.transport.link.BindPolicy;
import io.geminid.testing.ConfigTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RdmaTransportContextTest {

    private static GeminidProperties properties(final Map<String, String> entries) {
        final List<ConfigKey<?>> keys = new ArrayList<>(RdmaTransportContext.KEYS);
        keys.add(BindPolicy.ALLOW_INSECURE);
        return GeminidProperties.of(entries, keys);
    }

    @Test
    void theReadmeListsAllKeys() {
        ConfigTable.requireInReadme(RdmaTransportContext.KEYS);
    }

    @Test
    void defaults() {
        final RdmaTransportContext context = RdmaTransportContext.from(properties(Map.of()));
        assertThat(context.bindAddress()).isEmpty();
        assertThat(context.allowInsecure()).isFalse();
        assertThat(context.queues().receives()).isEqualTo(32);
        assertThat(context.queues().completionsMax()).isEqualTo(64 * (32 + 64));
        // Soft devices on busy hosts fail below: the packet is acknowledged too late.
        assertThat(context.retry().ackTimeout()).isGreaterThanOrEqualTo(18);
    }

    @Test
    void aPeerMayMissABeat() {
        final GeminidProperties close =
                properties(
                        Map.of(
                                "geminid.rdma.heartbeat-interval", "1s",
                                "geminid.rdma.heartbeat-timeout", "2s"));
        assertThatThrownBy(() -> RdmaTransportContext.from(close))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("heartbeat-timeout");
    }
}
