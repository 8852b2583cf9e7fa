package io.geminid.runtime.time;

import static io.geminid.runtime.time.WatermarkStatus.ACTIVE;
import static io.geminid.runtime.time.WatermarkStatus.IDLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.testing.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The rules by which channels are joined: examples, and random traffic against the invariants. */
class WatermarkValveTest {

    @RegisterExtension final Seed seed = new Seed();

    private final RecordedWatermarks out = new RecordedWatermarks();

    @Test
    void sendsTheMinimumOfAllChannels() {
        final WatermarkValve valve = new WatermarkValve(3, out);
        valve.onWatermark(0, 10);
        valve.onWatermark(1, 5);
        assertThat(out.drain()).isEmpty();
        valve.onWatermark(2, 7);
        assertThat(out.drain()).containsExactly(5L);
        valve.onWatermark(1, 8);
        assertThat(out.drain()).containsExactly(7L);
        valve.onWatermark(2, 6); // not increasing: ignored
        valve.onWatermark(0, 20);
        assertThat(out.drain()).isEmpty();
    }

    @Test
    void aChannelThatTurnsIdleLetsTheOthersGoOn() {
        final WatermarkValve valve = new WatermarkValve(2, out);
        valve.onWatermark(0, 10);
        valve.onStatus(1, IDLE);
        assertThat(out.drain()).containsExactly(10L);
        valve.onStatus(1, IDLE);
        valve.onWatermark(1, 50); // of an idle channel: ignored
        assertThat(out.drain()).isEmpty();
        valve.onStatus(1, ACTIVE); // behind: does not count until it has caught up
        valve.onWatermark(0, 12);
        assertThat(out.drain()).containsExactly(12L);
        valve.onWatermark(1, 11);
        valve.onWatermark(0, 13);
        assertThat(out.drain()).containsExactly(13L);
        valve.onWatermark(1, 13); // caught up: counts again
        valve.onWatermark(0, 20);
        assertThat(out.drain()).isEmpty();
        valve.onWatermark(1, 15);
        assertThat(out.drain()).containsExactly(15L);
    }

    @Test
    void whenAllTurnIdleTheGreatestIsLetThroughFirst() {
        final WatermarkValve valve = new WatermarkValve(2, out);
        valve.onWatermark(0, 10);
        valve.onWatermark(1, 5);
        valve.onStatus(0, IDLE);
        assertThat(out.drain()).containsExactly(5L);
        valve.onStatus(1, IDLE);
        assertThat(out.drain()).containsExactly(10L, IDLE);
        valve.onStatus(0, ACTIVE);
        assertThat(out.drain()).containsExactly(ACTIVE);
        valve.onWatermark(0, 11);
        assertThat(out.drain()).containsExactly(11L);
    }

    @Test
    void theEndOfAllChannelsIsTheEndOfTime() {
        final WatermarkValve valve = new WatermarkValve(2, out);
        valve.onWatermark(0, Watermarks.MAX);
        assertThat(out.drain()).isEmpty();
        valve.onWatermark(1, Watermarks.MAX);
        assertThat(out.drain()).containsExactly(Watermarks.MAX);
        assertThatThrownBy(() -> new WatermarkValve(0, out)).hasMessageContaining("channelCount=0");
    }

    // After a change of parallelism channels begin with nothing, behind what all had sent before.
    @Test
    void aRestoredChannelThatIsBehindWhatWasSentHoldsTheOthersBack() {
        final WatermarkValve valve = new WatermarkValve(2, out);
        valve.resend(10, false);
        valve.set(0, 12, false);
        valve.set(1, Watermarks.NONE, false);
        assertThat(out.drain()).containsExactly(10L);
        valve.onWatermark(0, Watermarks.MAX);
        valve.onWatermark(1, 9);
        assertThat(out.drain()).isEmpty();
        valve.onWatermark(1, 11);
        assertThat(out.drain()).containsExactly(11L);
    }

    // INV W1 (in RecordedWatermarks), INV W2, INV W3
    @Test
    void invariantsHoldForRandomTraffic() {
        final Random random = seed.random();
        for (int round = 0; round < 300; round++) {
            final int channels = 1 + random.nextInt(5);
            final RecordedWatermarks output = new RecordedWatermarks();
            final WatermarkValve valve = new WatermarkValve(channels, output);
            final Channels model = new Channels(channels);
            for (int step = 0; step < 300; step++) {
                final int channel = random.nextInt(channels);
                final long sent = output.watermark;
                final long expected;
                if (random.nextInt(4) > 0) {
                    final long base = sent == Watermarks.NONE ? 5 : sent;
                    final long watermark = base + random.nextInt(20) - 5;
                    expected = model.onWatermark(channel, watermark, sent);
                    valve.onWatermark(channel, watermark);
                } else {
                    final WatermarkStatus status = random.nextBoolean() ? IDLE : ACTIVE;
                    expected = model.onStatus(channel, status, sent);
                    valve.onStatus(channel, status);
                }
                assertThat(output.watermark).as("INV W3").isEqualTo(expected);
                assertThat(output.status).isEqualTo(model.anyActive() ? ACTIVE : IDLE);
                if (output.watermark > sent && model.anyActive()) {
                    assertThat(model.minimum()).as("INV W2").hasValue(output.watermark);
                }
            }
        }
    }

    /** The rules, written down as what must have been sent after each event. */
    private static final class Channels {
        private final long[] watermark;
        private final WatermarkStatus[] status;

        /** Turned active and has not caught up yet with what was sent. */
        private final boolean[] behind;

        Channels(final int count) {
            watermark = LongStream.generate(() -> Watermarks.NONE).limit(count).toArray();
            status = Stream.generate(() -> ACTIVE).limit(count).toArray(WatermarkStatus[]::new);
            behind = new boolean[count];
        }

        /** The minimum of those that count. */
        OptionalLong minimum() {
            return IntStream.range(0, status.length)
                    .filter(i -> status[i] == ACTIVE && !behind[i])
                    .mapToLong(i -> watermark[i])
                    .min();
        }

        boolean anyActive() {
            return List.of(status).contains(ACTIVE);
        }

        long onWatermark(final int channel, final long newWatermark, final long sent) {
            if (status[channel] == IDLE || newWatermark <= watermark[channel]) {
                return sent;
            }
            watermark[channel] = newWatermark;
            behind[channel] &= newWatermark < sent;
            return Math.max(sent, minimum().orElse(sent));
        }

        long onStatus(final int channel, final WatermarkStatus newStatus, final long sent) {
            if (status[channel] == newStatus) {
                return sent;
            }
            status[channel] = newStatus;
            if (newStatus == ACTIVE) {
                behind[channel] = watermark[channel] < sent;
                return sent;
            }
            if (watermark[channel] != sent) {
                return sent; // held nothing back
            }
            if (anyActive()) {
                return Math.max(sent, minimum().orElse(sent));
            }
            return Math.max(sent, Arrays.stream(watermark).max().orElseThrow());
        }
    }
}
