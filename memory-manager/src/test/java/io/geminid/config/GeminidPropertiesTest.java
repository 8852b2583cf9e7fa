package io.geminid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keys, values, and what a user is told about wrong ones. */
class GeminidPropertiesTest {
    enum Mode {
        AUTO,
        ALWAYS_ON
    }

    private static final ConfigKey<Long> SIZE =
            ConfigKey.bytes("geminid.test.size", "32kb", 4096, 1 << 20, "A size.");
    private static final ConfigKey<Duration> TIME =
            ConfigKey.duration(
                    "geminid.test.time", "20ms", Duration.ZERO, Duration.ofMinutes(1), "A time.");
    private static final ConfigKey<Integer> COUNT =
            ConfigKey.integer("geminid.test.count", 2, 1, 64, "A count.");
    private static final ConfigKey<Double> FRACTION =
            ConfigKey.decimal("geminid.test.fraction", 0.5, 0, 1, "A fraction.");
    private static final ConfigKey<Boolean> FLAG =
            ConfigKey.flag("geminid.test.flag", true, "A flag.");
    private static final ConfigKey<Mode> MODE =
            ConfigKey.choice("geminid.test.mode", Mode.AUTO, "A choice.");
    private static final ConfigKey<String> HOST =
            ConfigKey.text("geminid.test.host", "", "A host; empty for any.");
    private static final List<ConfigKey<?>> KEYS =
            List.of(SIZE, TIME, COUNT, FRACTION, FLAG, MODE, HOST);

    @Test
    void answersDefaults() {
        final GeminidProperties properties = GeminidProperties.of(Map.of("other.key", "x"), KEYS);
        assertThat(properties.get(SIZE)).isEqualTo(32768L);
        assertThat(properties.get(TIME)).isEqualTo(Duration.ofMillis(20));
        assertThat(properties.get(COUNT)).isEqualTo(2);
        assertThat(properties.get(FRACTION)).isEqualTo(0.5);
        assertThat(properties.get(FLAG)).isTrue();
        assertThat(properties.get(MODE)).isEqualTo(Mode.AUTO);
        assertThat(properties.get(HOST)).isEmpty();
        assertThat(properties.isSet(SIZE)).isFalse();
        assertThat(properties.entries()).isEmpty();
        assertThat(GeminidProperties.defaults().get(COUNT)).isEqualTo(2);
    }

    @Test
    void answersWhatIsSet() {
        final GeminidProperties properties =
                GeminidProperties.of(
                        Map.of(
                                "geminid.test.size", " 64KB ",
                                "geminid.test.time", "1min",
                                "geminid.test.count", "64",
                                "geminid.test.fraction", "1",
                                "geminid.test.flag", "false",
                                "geminid.test.mode", "always-on",
                                "geminid.test.host", "node-1"),
                        KEYS);
        assertThat(properties.get(SIZE)).isEqualTo(65536L);
        assertThat(properties.get(TIME)).isEqualTo(Duration.ofMinutes(1));
        assertThat(properties.get(COUNT)).isEqualTo(64);
        assertThat(properties.get(FRACTION)).isEqualTo(1);
        assertThat(properties.get(FLAG)).isFalse();
        assertThat(properties.get(MODE)).isEqualTo(Mode.ALWAYS_ON);
        assertThat(properties.get(HOST)).isEqualTo("node-1");
        assertThat(properties.isSet(MODE)).isTrue();
        assertThat(properties).asString().startsWith("{geminid.test.count=64, ");
    }

    @Test
    void namesTheNearestKnownKey() {
        assertThatThrownBy(() -> GeminidProperties.of(Map.of("geminid.test.cuont", "1"), KEYS))
                .isInstanceOf(ConfigException.class)
                .hasMessage("unknown key=geminid.test.cuont, nearest known key=geminid.test.count");
        assertThatThrownBy(() -> GeminidProperties.of(Map.of("geminid.x", "1"), List.of()))
                .hasMessage("unknown key=geminid.x");
    }

    @Test
    void namesKeyValueAndRange() {
        refuses("geminid.test.size", "2kb", "geminid.test.size=2kb is not in bytes range=4kb..1mb");
        refuses("geminid.test.size", "-1", "geminid.test.size=-1 is not in bytes range=4kb..1mb");
        refuses("geminid.test.size", "9999999999gb", "range=4kb..1mb");
        refuses("geminid.test.size", "", "range=4kb..1mb");
        refuses("geminid.test.time", "20", "geminid.test.time=20 is not in time range=0..60s");
        refuses("geminid.test.time", "2min", "range=0..60s");
        refuses("geminid.test.count", "0", "geminid.test.count=0 is not in count range=1..64");
        refuses("geminid.test.count", "two", "range=1..64");
        refuses("geminid.test.fraction", "1.1", "range=0.0..1.0");
        refuses("geminid.test.fraction", "NaN", "range=0.0..1.0");
        refuses(
                "geminid.test.flag",
                "yes",
                "geminid.test.flag=yes is not in flag range=true|false");
        refuses("geminid.test.mode", "AUTO", "is not in choice range=auto|always-on");
    }

    private static void refuses(final String key, final String value, final String message) {
        assertThatThrownBy(() -> GeminidProperties.of(Map.of(key, value), KEYS))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesKeysThatCannotBe() {
        assertThatThrownBy(() -> ConfigKey.integer("other.test.count", 2, 1, 64, "Doc."))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name=other.test.count");
        assertThatThrownBy(() -> ConfigKey.integer("geminid.test.count", 65, 1, 64, "Doc."))
                .isInstanceOf(ConfigException.class);
        final ConfigKey<Integer> twin = ConfigKey.integer("geminid.test.count", 3, 1, 64, "Doc.");
        assertThatThrownBy(() -> GeminidProperties.of(Map.of(), List.of(COUNT, twin)))
                .hasMessage("key=geminid.test.count is declared twice");
        GeminidProperties.of(Map.of(), List.of(COUNT, COUNT));
    }

    @Test
    void sizesAndTimesAreReadAsTheyAreWritten() {
        for (final String text : List.of("0", "1", "4095", "4kb", "5mb", "3gb", "7tb")) {
            assertThat(Units.bytesText(Units.parseBytes(text))).isEqualTo(text);
        }
        assertThat(Units.parseBytes("12b")).isEqualTo(12);
        for (final String text : List.of("0", "1ns", "20us", "999ms", "5s", "90s", "1h", "7h")) {
            assertThat(Units.durationText(Units.parseDuration(text))).isEqualTo(text);
        }
        assertThat(Units.parseDuration("2min")).isEqualTo(Duration.ofMinutes(2));
    }
}
