package io.geminid.runtime.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.state.TimeDomain;
import io.geminid.testing.Seed;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which windows a timestamp falls into. */
class WindowAssignerTest {

    @RegisterExtension final Seed seed = new Seed();

    // BL-07: [k*s, (k+1)*s), aligned to the epoch; both boundaries.
    @Test
    void tumblingWindowsAreAlignedAndHalfOpen() {
        final WindowAssigner windows = WindowAssigner.tumbling(TimeDomain.EVENT_TIME, 30);
        assertThat(windows.windowsOf(0)).containsExactly(new TimeWindow(0, 30));
        assertThat(windows.windowsOf(29)).containsExactly(new TimeWindow(0, 30));
        assertThat(windows.windowsOf(30)).containsExactly(new TimeWindow(30, 60));
        assertThat(windows.windowsOf(-1)).containsExactly(new TimeWindow(-30, 0));
        assertThat(windows.withOffset(5).windowsOf(4)).containsExactly(new TimeWindow(-25, 5));
        assertThat(windows.withOffset(-5).windowsOf(24)).containsExactly(new TimeWindow(-5, 25));
        assertThat(windows.withOffset(65).windowsOf(5)).containsExactly(new TimeWindow(5, 35));
    }

    @Test
    void slidingWindowsOverlap() {
        final WindowAssigner windows = WindowAssigner.sliding(TimeDomain.EVENT_TIME, 30, 10);
        assertThat(windows.windowsOf(10))
                .containsExactly(
                        new TimeWindow(10, 40), new TimeWindow(0, 30), new TimeWindow(-10, 20));
        assertThat(windows.windowsOf(9))
                .containsExactly(
                        new TimeWindow(0, 30), new TimeWindow(-10, 20), new TimeWindow(-20, 10));
    }

    // BL-09, BL-10: the seed's slides swap the two words; these are the right ones.
    @Test
    void everyTimestampIsInSizeBySlideWindowsThatHoldIt() {
        final Random random = seed.random();
        for (int i = 0; i < 20_000; i++) {
            final long slide = 1 + random.nextInt(50);
            final long size = slide + random.nextInt(200);
            final long offset = random.nextInt(1000) - 500;
            final long time = random.nextInt(2000) - 1000;
            final WindowAssigner windows =
                    WindowAssigner.sliding(TimeDomain.EVENT_TIME, size, slide).withOffset(offset);
            final List<TimeWindow> found = windows.windowsOf(time);
            assertThat(new HashSet<>(found)).hasSameSizeAs(found);
            assertThat(found.size())
                    .isBetween((int) (size / slide), (int) ((size - 1) / slide + 1));
            for (final TimeWindow window : found) {
                assertThat(time).isBetween(window.start(), window.maxTimestamp());
                assertThat(window.end() - window.start()).isEqualTo(size);
                assertThat(Math.floorMod(window.start() - offset, slide)).isZero();
            }
            // None is forgotten: a window starts at every multiple of the slide.
            long expected = 0;
            for (long start = time - size + 1; start <= time; start++) {
                expected += Math.floorMod(start - offset, slide) == 0 ? 1 : 0;
            }
            assertThat(found).hasSize((int) expected);
            assertThat(WindowAssigner.tumbling(TimeDomain.EVENT_TIME, size).windowsOf(time))
                    .hasSize(1);
        }
    }

    @Test
    void theEdgesOfTimeDoNotOverflow() {
        for (final long time :
                new long[] {Long.MIN_VALUE + 1, Long.MIN_VALUE + 50, Long.MAX_VALUE - 1}) {
            for (final WindowAssigner windows :
                    List.of(
                            WindowAssigner.tumbling(TimeDomain.EVENT_TIME, 1000),
                            WindowAssigner.tumbling(TimeDomain.EVENT_TIME, 1000)
                                    .withOffset(Long.MAX_VALUE),
                            WindowAssigner.sliding(TimeDomain.EVENT_TIME, 1000, 300),
                            WindowAssigner.session(TimeDomain.EVENT_TIME, 1000))) {
                assertThat(windows.windowsOf(time))
                        .isNotEmpty()
                        .allSatisfy(
                                window -> {
                                    assertThat(window.start()).isLessThanOrEqualTo(time);
                                    assertThat(window.end()).isGreaterThan(time);
                                });
            }
        }
    }

    @Test
    void sessionsTouchAsIntervals() {
        final TimeWindow window = new TimeWindow(10, 20);
        assertThat(window.touches(new TimeWindow(20, 30))).isTrue();
        assertThat(window.touches(new TimeWindow(0, 10))).isTrue();
        assertThat(window.touches(new TimeWindow(12, 13))).isTrue();
        assertThat(window.touches(new TimeWindow(21, 30))).isFalse();
        assertThat(window.touches(new TimeWindow(0, 9))).isFalse();
        assertThat(window.cover(new TimeWindow(15, 30))).isEqualTo(new TimeWindow(10, 30));
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> WindowAssigner.tumbling(TimeDomain.EVENT_TIME, 0))
                .hasMessageContaining("sizeMillis=0");
        assertThatThrownBy(() -> WindowAssigner.sliding(TimeDomain.EVENT_TIME, 10, 11))
                .hasMessageContaining("slideMillis=11");
        assertThatThrownBy(() -> new TimeWindow(5, 5)).hasMessageContaining("start=5");
        assertThatThrownBy(() -> new LateData<>(-1, null)).hasMessageContaining("-1");
    }
}
