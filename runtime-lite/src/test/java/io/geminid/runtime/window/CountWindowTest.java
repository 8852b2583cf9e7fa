package io.geminid.runtime.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.operator.OperatorHarness;
import io.geminid.runtime.operator.RecordedOutput.Element;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.Serializers;
import io.geminid.testing.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Windows by count. */
class CountWindowTest {

    @RegisterExtension final Seed seed = new Seed();

    private static OperatorHarness<Event, Result> harness(final long size) {
        return new OperatorHarness<>(
                new CountWindowOperator<>(
                        Event::key, size, WindowContents.list(Event.SERIALIZER), Result.FUNCTION),
                Serializers.LONG);
    }

    // BL-08: fires at the n-th record; 999, 1000 and 1001 of 1000.
    @Test
    void firesWithItsLastRecord() {
        final OperatorHarness<Event, Result> harness = harness(1000);
        for (int i = 0; i < 999; i++) {
            harness.element(new Event(1, i, i), i);
        }
        harness.element(new Event(2, 7, 7), 7);
        assertThat(harness.output().drainValues()).isEmpty();
        harness.element(new Event(1, 999, 5), 5);
        final List<Object> fired = harness.output().drain();
        assertThat(fired).hasSize(1);
        final Element element = (Element) fired.get(0);
        assertThat(element.timestampMillis()).isEqualTo(5);
        assertThat(((Result) element.value()).ids()).hasSize(1000);
        harness.element(new Event(1, 1000, 6), 6);
        harness.watermark(Watermarks.MAX);
        harness.end();
        assertThat(harness.output().drainValues()).isEmpty();
        assertThatThrownBy(() -> harness(0)).hasMessageContaining("size=0");
    }

    @Test
    void everyRecordIsInOneWindowInOrderOfArrival() {
        final Random random = seed.random();
        for (int round = 0; round < 50; round++) {
            final int size = 1 + random.nextInt(5);
            final OperatorHarness<Event, Result> harness = harness(size);
            final Map<Long, List<Long>> open = new HashMap<>();
            for (int i = 0; i < 300; i++) {
                final long key = random.nextInt(4);
                harness.element(new Event(key, i, 0), 0);
                final List<Long> ids = open.computeIfAbsent(key, k -> new ArrayList<>());
                ids.add((long) i);
                final List<Object> expected = new ArrayList<>();
                if (ids.size() == size) {
                    expected.add(new Result(key, TimeWindow.ALL, List.copyOf(ids)));
                    ids.clear();
                }
                assertThat(harness.output().drainValues()).isEqualTo(expected);
            }
        }
    }
}
