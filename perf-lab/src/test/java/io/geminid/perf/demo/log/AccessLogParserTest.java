package io.geminid.perf.demo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLogParserTest {

    private static final String LINE =
            "83.149.9.216 - frank [17/May/2015:10:05:03 +0200] \"GET /a\\\" HTTP/1.1\" 200 2326"
                    + " \"http://example.org/\" \"Mozilla/5.0\"";

    private final AccessLogParser parser = new AccessLogParser();

    @Test
    void readsWhoAndWhen() throws MalformedLineException {
        final AccessLogEntry entry = parser.parse(LINE);
        assertThat(entry.client()).isEqualTo("83.149.9.216");
        assertThat(entry.epochSecond())
                .isEqualTo(ZonedDateTime.parse("2015-05-17T10:05:03+02:00").toEpochSecond());
    }

    @Test
    void agreesWithTheLibraryOnEveryDayOfALeapYear() throws MalformedLineException {
        final DateTimeFormatter format =
                DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);
        final ZonedDateTime start = ZonedDateTime.parse("2024-01-01T23:59:59-05:30");
        for (int day = 0; day < 366; day++) {
            final ZonedDateTime time = start.plusDays(day);
            final String line = "c - - [" + format.format(time) + "] \"G\" 304 -";
            assertThat(parser.parse(line)).isEqualTo(new AccessLogEntry("c", time.toEpochSecond()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                                                   | client",
                "c                                                    | client",
                "c - -                                                | user",
                "c - - 17/May/2015:10:05:03 +0200 \"G\" 200 1         | time in brackets",
                "c - - [17/May/2015:10:05:03 +0200]                   | time in brackets",
                "c - - [17/Mai/2015:10:05:03 +0200] \"G\" 200 1       | date",
                "c - - [31/Feb/2015:10:05:03 +0200] \"G\" 200 1       | date",
                "c - - [17/May/2015:24:05:03 +0200] \"G\" 200 1       | time",
                "c - - [17/May/2015:10:05:x3 +0200] \"G\" 200 1       | time",
                "c - - [17/May/2015:10:05:03 *0200] \"G\" 200 1       | time zone",
                "c - - [17/May/2015:10:05:03 +0200] G 200 1           | request",
                "c - - [17/May/2015:10:05:03 +0200] \"G 200 1         | request",
                "c - - [17/May/2015:10:05:03 +0200] \"G\" ok 1        | status",
                "c - - [17/May/2015:10:05:03 +0200] \"G\" 200         | size",
                "c - - [17/May/2015:10:05:03 +0200] \"G\" 200 1k      | size",
            })
    void saysWhatIsWrong(final String line, final String what) {
        assertThatThrownBy(() -> parser.parse(line))
                .isInstanceOf(MalformedLineException.class)
                .hasMessageContaining("expected " + what)
                .hasMessageContaining("column");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 20, 45, 50, 60, 66})
    void refusesALineCutShort(final int length) {
        assertThatThrownBy(() -> parser.parse(LINE.substring(0, length)))
                .isInstanceOf(MalformedLineException.class);
    }

    @Test
    void readsWhatTheGeneratorMakes() throws MalformedLineException {
        final AccessLogGenerator generator = new AccessLogGenerator(1_000, 7);
        long latest = 0;
        for (int i = 0; i < 1_000; i++) {
            final AccessLogEntry entry = parser.parse(generator.line(i));
            assertThat(entry.epochSecond()).isGreaterThan(latest - 60);
            latest = Math.max(latest, entry.epochSecond());
        }
    }
}
