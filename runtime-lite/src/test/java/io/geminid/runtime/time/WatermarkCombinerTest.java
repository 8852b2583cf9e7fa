package io.geminid.runtime.time;

import static io.geminid.runtime.time.WatermarkStatus.ACTIVE;
import static io.geminid.runtime.time.WatermarkStatus.IDLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.testing.Seed;
import java.util.Collections;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Joining the inputs of an operator, or the splits of a source. */
class WatermarkCombinerTest {

    @RegisterExtension final Seed seed = new Seed();

    @Test
    void aPartThatTurnsActiveHoldsTheOthersBackAtOnce() {
        final RecordedWatermarks out = new RecordedWatermarks();
        final WatermarkCombiner combiner = new WatermarkCombiner(2, out);
        combiner.onWatermark(0, 10);
        assertThat(out.drain()).isEmpty();
        combiner.onStatus(1, IDLE);
        assertThat(out.drain()).containsExactly(10L);
        combiner.onStatus(1, ACTIVE);
        combiner.onWatermark(0, 20);
        assertThat(out.drain()).isEmpty();
        combiner.onWatermark(1, 15);
        assertThat(out.drain()).containsExactly(15L);
        combiner.onStatus(0, IDLE);
        combiner.onStatus(1, IDLE);
        assertThat(out.drain()).containsExactly(20L, IDLE);
        combiner.onWatermark(0, 16); // lower than its own 20, but makes it active
        assertThat(out.drain()).containsExactly(ACTIVE);
        combiner.onWatermark(0, 21);
        assertThat(out.drain()).containsExactly(21L);
        assertThat(combiner.status()).isEqualTo(ACTIVE);
        assertThat(combiner.watermark()).isEqualTo(21);
    }

    @Test
    void aPartThatHasEndedDoesNotCount() {
        final RecordedWatermarks out = new RecordedWatermarks();
        final WatermarkCombiner combiner = new WatermarkCombiner(2, out);
        combiner.onWatermark(0, 10);
        combiner.remove(1);
        assertThat(out.drain()).containsExactly(10L);
        combiner.remove(0);
        assertThat(out.drain()).isEmpty();
        new WatermarkCombiner(0, out);
    }

    // INV W1 (in RecordedWatermarks), INV W4: the minimum over the parts, none before all have one.
    @Test
    void isTheMinimumOfActivePartsForRandomTraffic() {
        final Random random = seed.random();
        for (int round = 0; round < 100; round++) {
            final RecordedWatermarks out = new RecordedWatermarks();
            final int parts = 1 + random.nextInt(4);
            final WatermarkCombiner combiner = new WatermarkCombiner(parts, out);
            final TreeMap<Integer, Long> watermark = new TreeMap<>();
            final TreeMap<Integer, WatermarkStatus> status = new TreeMap<>();
            for (int part = 0; part < parts; part++) {
                watermark.put(part, Watermarks.NONE);
                status.put(part, ACTIVE);
            }
            for (int step = 0; step < 200 && !status.isEmpty(); step++) {
                final int part = random.nextInt(parts);
                if (!status.containsKey(part)) {
                    continue;
                }
                final long sent = out.watermark;
                switch (random.nextInt(50)) {
                    case 0 -> {
                        status.remove(part);
                        watermark.remove(part);
                        combiner.remove(part);
                    }
                    case 1, 2, 3, 4, 5 -> {
                        status.put(part, IDLE);
                        combiner.onStatus(part, IDLE);
                    }
                    case 6, 7, 8, 9, 10 -> {
                        status.put(part, ACTIVE);
                        combiner.onStatus(part, ACTIVE);
                    }
                    default -> {
                        final long w = step + random.nextInt(20);
                        status.put(part, ACTIVE);
                        watermark.merge(part, w, Math::max);
                        combiner.onWatermark(part, w);
                    }
                }
                if (status.isEmpty()) {
                    assertThat(out.watermark).isEqualTo(sent);
                } else if (!status.containsValue(ACTIVE)) {
                    final long maximum = Collections.max(watermark.values());
                    assertThat(out.status).isEqualTo(IDLE);
                    assertThat(out.watermark).isEqualTo(Math.max(sent, maximum));
                } else {
                    final long minimum =
                            watermark.keySet().stream()
                                    .filter(p -> status.get(p) == ACTIVE)
                                    .mapToLong(watermark::get)
                                    .min()
                                    .orElseThrow();
                    assertThat(out.status).isEqualTo(ACTIVE);
                    assertThat(out.watermark).isEqualTo(Math.max(sent, minimum));
                }
            }
        }
    }
}
