package io.geminid.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.config.ConfigException;
import io.geminid.config.ConfigKey;
import io.geminid.flink.FlinkShuffleOptions.InternalSsl;
import io.geminid.shuffle.tcp.TcpTransportContext;
import io.geminid.testing.ConfigTable;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.Test;

class FlinkShuffleOptionsTest {

    private static final String SECRET = "correct horse battery staple";

    @Test
    void whatFlinkHasAKeyForIsFlinksUnlessOursIsSet() {
        final FlinkShuffleOptions flinks =
                options(
                        Map.of(
                                "taskmanager.data.port",
                                "4711",
                                "shuffle-service-factory.class",
                                "x"));
        final TcpTransportContext tcp = TcpTransportContext.from(flinks.properties());
        assertThat(tcp.bindAddress()).isEqualTo("127.0.0.1");
        assertThat(tcp.ports().first()).isEqualTo(4711);
        assertThat(tcp.eventLoops()).isEqualTo(3);
        assertThat(tcp.timings().heartbeatTimeout()).isEqualTo(Duration.ofSeconds(50));
        assertThat(tcp.timings().connectTimeout()).isEqualTo(Duration.ofSeconds(120));
        assertThat(flinks.internalSsl()).isEqualTo(InternalSsl.REFUSE);
        assertThat(flinks.registerBatchReads()).isTrue();

        final FlinkShuffleOptions ours =
                options(
                        Map.of(
                                "taskmanager.data.bind-port",
                                "5000-5010",
                                "geminid.tcp.event-loops",
                                "1",
                                "heartbeat.timeout",
                                "2 h",
                                "geminid.flink.internal-ssl",
                                "flink"));
        final TcpTransportContext changed = TcpTransportContext.from(ours.properties());
        assertThat(changed.ports().last()).isEqualTo(5010);
        assertThat(changed.eventLoops()).isEqualTo(1);
        assertThat(changed.timings().heartbeatTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(ours.internalSsl()).isEqualTo(InternalSsl.FLINK);
    }

    @Test
    void aMisspeltKeyIsAnErrorThatNamesTheNearest() {
        assertThatThrownBy(() -> options(Map.of("geminid.flink.internal-tls", "flink")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nearest known key=geminid.flink.internal-ssl");
    }

    @Test
    void aSecretThatCanBeTriedOutIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> options(Map.of("geminid.flink.secret", "hunter2")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("geminid.flink.secret has characters=7, at least 16")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void theSecretIsNotShown() {
        final FlinkShuffleOptions options = options(Map.of("geminid.flink.secret", SECRET));
        assertThat(options + " " + options.shown() + " " + options.token())
                .contains("geminid.flink.secret=(hidden)")
                .doesNotContain(SECRET);
        // Flink hides values of keys that it takes for secrets, in its logs and its web UI.
        assertThat(GlobalConfiguration.isSensitive("geminid.flink.secret")).isTrue();
    }

    @Test
    void theReadmeTellsTheKeys() {
        final List<ConfigKey<?>> keys = new ArrayList<>(FlinkShuffleOptions.KEYS);
        keys.addAll(FlinkStateOptions.KEYS);
        ConfigTable.requireInReadme(keys);
    }

    private static FlinkShuffleOptions options(final Map<String, String> entries) {
        return FlinkShuffleOptions.from(
                Configuration.fromMap(entries), InetAddress.getLoopbackAddress(), 3);
    }
}
