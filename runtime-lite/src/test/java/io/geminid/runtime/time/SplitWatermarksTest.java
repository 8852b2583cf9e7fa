package io.geminid.runtime.time;

import static io.geminid.runtime.time.WatermarkStatus.ACTIVE;
import static io.geminid.runtime.time.WatermarkStatus.IDLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Watermarks of a source with several splits, and what makes a split idle. */
class SplitWatermarksTest {

    private final RecordedWatermarks out = new RecordedWatermarks();

    @Test
    void theSlowestSplitDecides() {
        final SplitWatermarks<Long> splits = splits(2, bounded(3).withInterval(0));
        record(splits, 0, 100);
        assertThat(out.drain()).isEmpty();
        record(splits, 1, 50);
        assertThat(out.drain()).containsExactly(46L);
        record(splits, 1, 40); // out of order: the watermark stays
        record(splits, 1, 60);
        assertThat(out.drain()).containsExactly(56L);
        splits.onSplitEnd(1);
        assertThat(out.drain()).containsExactly(96L);
        splits.onSplitEnd(0);
        splits.onEnd();
        assertThat(out.drain()).containsExactly(Watermarks.MAX);
    }

    @Test
    void watermarksAreSentOnTicksOnly() {
        final SplitWatermarks<Long> splits = splits(1, bounded(0));
        assertThat(splits.tickMillis()).isEqualTo(200);
        record(splits, 0, 10);
        record(splits, 0, 20);
        assertThat(out.drain()).isEmpty();
        splits.onTick(200);
        splits.onTick(400);
        assertThat(out.drain()).containsExactly(19L);
    }

    @Test
    void aSplitIsIdleOnlyAfterBeingEmptyForTheTimeout() {
        final SplitWatermarks<Long> splits = splits(2, bounded(0).withIdleness(1000));
        record(splits, 0, 10);
        splits.onEmpty(1, 0);
        splits.onTick(999);
        assertThat(out.drain()).isEmpty();
        splits.onTick(1000);
        assertThat(out.drain()).containsExactly(9L); // split 1 no longer holds split 0 back
        splits.onTick(100_000); // split 0 was never empty: back-pressure is not idleness
        assertThat(out.drain()).isEmpty();
        splits.onEmpty(0, 100_000);
        splits.onMaybeAvailable(0);
        splits.onTick(102_000);
        assertThat(out.drain()).isEmpty();
        splits.onEmpty(0, 102_000);
        splits.onEmpty(0, 102_500); // does not start anew
        splits.onTick(103_000);
        assertThat(out.drain()).containsExactly(IDLE);
        record(splits, 1, 20);
        assertThat(out.drain()).containsExactly(ACTIVE);
        splits.onTick(103_200);
        assertThat(out.drain()).containsExactly(19L);
    }

    @Test
    void theEndOfAnIdleSourceIsTheEndOfTimeToo() {
        final SplitWatermarks<Long> splits = splits(1, bounded(0).withIdleness(10));
        splits.onEmpty(0, 0);
        splits.onTick(10);
        splits.onSplitEnd(0);
        splits.onEnd();
        assertThat(out.drain()).containsExactly(IDLE, ACTIVE, Watermarks.MAX);
    }

    @Test
    void ticksAreAsOftenAsNeeded() {
        assertThat(splits(1, bounded(0).withIdleness(50)).tickMillis()).isEqualTo(50);
        assertThat(splits(1, bounded(0).withInterval(0)).tickMillis()).isZero();
        assertThat(splits(1, bounded(0).withInterval(0).withIdleness(7)).tickMillis()).isEqualTo(7);
    }

    @Test
    void strategiesKnowTheirLimits() {
        final WatermarkGenerator<Long> generator = bounded(5).generators().get();
        assertThat(generator.currentWatermark()).isEqualTo(Watermarks.NONE);
        generator.onRecord(1L, Long.MIN_VALUE + 2);
        assertThat(generator.currentWatermark()).isEqualTo(Watermarks.NONE);
        generator.onRecord(1L, 100);
        assertThat(generator.currentWatermark()).isEqualTo(94);
        assertThat(WatermarkStrategy.noWatermarks().generators().get().currentWatermark())
                .isEqualTo(Watermarks.NONE);
        assertThat(WatermarkStrategy.noWatermarks().assigner().timestampOf("x", 7)).isEqualTo(7);
        assertThatThrownBy(() -> bounded(-1)).hasMessageContaining("boundMillis=-1");
        assertThatThrownBy(() -> bounded(0).withIdleness(-1)).hasMessageContaining("-1");
    }

    @Test
    void theEndOfTimeComesOnce() {
        final SplitWatermarks<Long> splits =
                splits(1, WatermarkStrategy.<Long>monotonous((v, t) -> v).withInterval(0));
        record(splits, 0, Long.MAX_VALUE);
        splits.onEnd();
        assertThat(out.drain()).containsExactly(Watermarks.MAX - 1, Watermarks.MAX);
        final WatermarkStrategy<Long> eager =
                new WatermarkStrategy<>((v, t) -> v, EndsAtOnce::new, 0, 0);
        final RecordedWatermarks other = new RecordedWatermarks();
        final SplitWatermarks<Long> ended = new SplitWatermarks<>(1, eager, other);
        ended.afterRecord(0);
        ended.onEnd();
        assertThat(other.drain()).containsExactly(Watermarks.MAX);
    }

    /** Says that event time is over after the first record. */
    private static final class EndsAtOnce implements WatermarkGenerator<Long> {

        @Override
        public void onRecord(final Long value, final long timestampMillis) {}

        @Override
        public long currentWatermark() {
            return Watermarks.MAX;
        }
    }

    private static WatermarkStrategy<Long> bounded(final long boundMillis) {
        return WatermarkStrategy.boundedOutOfOrderness(boundMillis, (value, timestamp) -> value);
    }

    private SplitWatermarks<Long> splits(final int count, final WatermarkStrategy<Long> strategy) {
        return new SplitWatermarks<>(count, strategy, out);
    }

    private void record(final SplitWatermarks<Long> splits, final int split, final long value) {
        assertThat(splits.onRecord(split, value, Watermarks.NO_TIMESTAMP)).isEqualTo(value);
        splits.afterRecord(split);
    }
}
