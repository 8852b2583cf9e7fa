package io.geminid.runtime.window;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Tumbling and sliding windows by brute force: all records are kept for ever, and what must be sent
 * is worked out anew at each event from the definition. Windows are found by trying every start.
 */
final class TimeWindowOracle {

    private final long size;
    private final long slide;
    private final long lateness;
    private final List<Event> taken = new ArrayList<>();

    /** The watermark when each record arrived. */
    private final Map<Long, Long> watermarkAt = new HashMap<>();

    private long watermark = Long.MIN_VALUE / 2;
    long onTime;
    long lateTaken;
    long tooLate;

    TimeWindowOracle(final long size, final long slide, final long lateness) {
        this.size = size;
        this.slide = slide;
        this.lateness = lateness;
    }

    /** What is sent because of a record. */
    List<Result> onEvent(final Event event) {
        final List<Result> results = new ArrayList<>();
        boolean any = false;
        boolean fired = false;
        taken.add(event);
        watermarkAt.put(event.id(), watermark);
        for (final long start : starts(event.time())) {
            final long last = start + size - 1;
            if (last + lateness > watermark) {
                any = true;
                if (last <= watermark) {
                    fired = true;
                    results.add(result(event.key(), start));
                }
            }
        }
        if (!any) {
            tooLate++;
            taken.remove(taken.size() - 1);
        } else if (fired) {
            lateTaken++;
        } else {
            onTime++;
        }
        return results;
    }

    /** What is sent because of a watermark. */
    List<Result> onWatermark(final long newWatermark) {
        final List<Result> results = new ArrayList<>();
        final TreeSet<Long> keys = new TreeSet<>(taken.stream().map(Event::key).toList());
        final TreeSet<Long> starts = new TreeSet<>();
        taken.forEach(event -> starts(event.time()).forEach(starts::add));
        for (final long start : starts) {
            final long last = start + size - 1;
            for (final long key : keys) {
                if (last > watermark && last <= newWatermark) {
                    results.add(result(key, start));
                }
            }
        }
        results.removeIf(result -> result.ids().isEmpty());
        watermark = newWatermark;
        return results;
    }

    private Result result(final long key, final long start) {
        final List<Long> ids =
                taken.stream()
                        .filter(e -> e.key() == key && e.time() >= start && e.time() < start + size)
                        .filter(e -> wasTakenBy(e, start))
                        .map(Event::id)
                        .sorted()
                        .toList();
        return new Result(key, new TimeWindow(start, start + size), ids);
    }

    /** A record that came after one of its windows was removed is only in the others. */
    private boolean wasTakenBy(final Event event, final long start) {
        return start + size - 1 + lateness > watermarkAt.get(event.id());
    }

    private List<Long> starts(final long time) {
        final List<Long> starts = new ArrayList<>();
        for (long start = time - size + 1; start <= time; start++) {
            if (Math.floorMod(start, slide) == 0) {
                starts.add(start);
            }
        }
        return starts;
    }
}
