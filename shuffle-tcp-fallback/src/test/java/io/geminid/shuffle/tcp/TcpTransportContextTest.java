package io.geminid.shuffle.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.geminid.config.ConfigException;
import io.geminid.config.GeminidProperties;
import io.geminid.shuffle.ShuffleServiceFactory;
import io.geminid.shuffle.tcp.TcpTransportContext.PortRange;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.link.RefusalLog;
import io.geminid.testing.ConfigTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class TcpTransportContextTest {

    private static TcpTransportContext from(final String... entries) {
        final Map<String, String> map = new HashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put(entries[i], entries[i + 1]);
        }
        return TcpTransportContext.from(GeminidProperties.of(map, TcpTransportContext.KEYS));
    }

    @Test
    void theReadmeListsAllKeys() {
        ConfigTable.requireInReadme(TcpTransportContext.KEYS);
    }

    @Test
    void defaultsAreSafe() {
        final TcpTransportContext context = from();
        assertThat(context.bindAddress()).isEqualTo("127.0.0.1");
        assertThat(context.allowInsecure()).isFalse();
        assertThat(context.eventLoops()).isEqualTo(1);
        assertThat(context.timings().heartbeatInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(context.timings().heartbeatTimeout()).isEqualTo(Duration.ofSeconds(6));
        assertThat(context.timings().handshakeTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void portsAreReadAndChecked() {
        assertThat(PortRange.parse("0")).isEqualTo(new PortRange(0, 0));
        assertThat(PortRange.parse(" 7 ")).isEqualTo(new PortRange(7, 7));
        assertThat(PortRange.parse("40000-40100")).isEqualTo(new PortRange(40000, 40100));
        for (final String bad :
                new String[] {"", "x", "-1", "5-4", "1-2-3", "65536", "0-5", "1-", "99999999999"}) {
            assertThatThrownBy(() -> PortRange.parse(bad))
                    .as("%s", bad)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("geminid.tcp.port");
        }
    }

    @Test
    void valuesThatDoNotFitEachOtherAreRefused() {
        assertThatThrownBy(() -> from("geminid.tcp.heartbeat-timeout", "2s"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("geminid.tcp.heartbeat-timeout")
                .hasMessageContaining("geminid.tcp.heartbeat-interval");
        assertThatThrownBy(() -> from("geminid.tcp.write-low-bytes", "1mb"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("geminid.tcp.write-high-bytes");
        assertThatThrownBy(() -> from("geminid.tcp.bind-address", " "))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("geminid.tcp.bind-address");
    }

    @Test
    void theServiceIsFoundByItsName() {
        assertThat(ServiceLoader.load(ShuffleServiceFactory.class))
                .extracting(ShuffleServiceFactory::name)
                .contains(TcpShuffleServiceFactory.NAME);
    }

    @Test
    void refusalsAreLoggedOnceInAWhile() {
        final long[] nowNs = {Long.MAX_VALUE - 5};
        final List<String> lines = new ArrayList<>();
        final Logger logger = (Logger) LoggerFactory.getLogger("refusals");
        final AppenderBase<ILoggingEvent> appender =
                new ch.qos.logback.core.AppenderBase<ch.qos.logback.classic.spi.ILoggingEvent>() {
                    @Override
                    protected void append(final ILoggingEvent event) {
                        lines.add(event.getFormattedMessage());
                    }
                };
        appender.start();
        logger.setAdditive(false);
        logger.addAppender(appender);
        final RefusalLog log = new RefusalLog(logger, () -> nowNs[0]);
        final TransportException reason = new TransportException(Reason.BAD_MAGIC, "x=1");
        for (int i = 0; i < 1000; i++) {
            log.refused("somebody", reason);
            nowNs[0] += RefusalLog.INTERVAL_NS / 100;
        }
        assertThat(lines).hasSize(10);
        assertThat(lines.get(0)).contains("peer=somebody BAD_MAGIC: x=1 notLoggedBefore=0");
        assertThat(lines.get(1)).contains("notLoggedBefore=99");
        assertThat(TimeUnit.NANOSECONDS.toSeconds(RefusalLog.INTERVAL_NS)).isEqualTo(1);
    }
}
