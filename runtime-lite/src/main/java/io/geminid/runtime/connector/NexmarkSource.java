package io.geminid.runtime.connector;

import io.geminid.runtime.operator.InputStatus;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.source.Boundedness;
import io.geminid.runtime.operator.source.Source;
import io.geminid.runtime.operator.source.SplitReader;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes {@link NexmarkEvent}s: of every 50, one person, three auctions, 46 bids. Any event can be
 * made from its number alone, so the same seed gives the same events whatever the parallelism.
 * Auctions refer to persons and bids to auctions that came before.
 *
 * @param eventCount how many; {@link Long#MAX_VALUE} for a stream without end
 * @param eventsPerSecond in event time
 * @param jitterMillis how much earlier than its place in the stream an event may be timed
 * @param seed another one makes other events
 */
public record NexmarkSource(long eventCount, int eventsPerSecond, long jitterMillis, long seed)
        implements Source<NexmarkEvent, NexmarkSource.Share> {

    /** Events of a round: the mix repeats. */
    static final int ROUND = 50;

    private static final int AUCTIONS_IN_ROUND = 3;
    private static final int RECENT = 100;
    private static final int CATEGORIES = 10;
    private static final long AUCTION_MILLIS = 10_000;
    private static final long START_MILLIS = 1_767_225_600_000L; // 2026-01-01T00:00:00Z
    private static final String[] STATES = {"AZ", "CA", "ID", "OR", "WA", "WY"};

    /**
     * What one subtask makes: every {@code step}-th event from {@code first} on.
     *
     * @param first number of its first event
     * @param step from one to the next
     */
    public record Share(long first, int step) {}

    /** Checks the numbers. */
    public NexmarkSource {
        if (eventCount < 0 || eventsPerSecond < 1 || jitterMillis < 0) {
            throw new IllegalArgumentException(
                    "eventCount="
                            + eventCount
                            + " eventsPerSecond="
                            + eventsPerSecond
                            + " jitterMillis="
                            + jitterMillis);
        }
    }

    /**
     * Makes an event.
     *
     * @param number from 0 on
     * @return the event
     */
    public NexmarkEvent event(final long number) {
        final long random = mix(seed ^ mix(number));
        final long inOrder = START_MILLIS + millis(number);
        final long time = inOrder - Long.remainderUnsigned(mix(random), jitterMillis + 1);
        final long round = number / ROUND;
        final int place = (int) (number % ROUND);
        if (place == 0) {
            final String state = STATES[pick(random, STATES.length)];
            return new NexmarkEvent.Person(round, "person-" + round, state, time);
        }
        final long person = recent(random, round);
        if (place <= AUCTIONS_IN_ROUND) {
            return new NexmarkEvent.Auction(
                    round * AUCTIONS_IN_ROUND + place - 1,
                    person,
                    pick(random >>> 20, CATEGORIES),
                    100 + pick(random >>> 30, 10_000),
                    time + AUCTION_MILLIS,
                    time);
        }
        final long auction =
                recent(random >>> 10, round * AUCTIONS_IN_ROUND + AUCTIONS_IN_ROUND - 1);
        return new NexmarkEvent.Bid(auction, person, 100 + pick(random >>> 30, 100_000), time);
    }

    @Override
    public Boundedness boundedness() {
        return eventCount == Long.MAX_VALUE ? Boundedness.UNBOUNDED : Boundedness.BOUNDED;
    }

    @Override
    public List<Share> splits(final OperatorContext context) {
        final int parallelism = context.subtask().parallelism();
        final List<Share> shares = new ArrayList<>();
        for (int first = 0; first < parallelism; first++) {
            shares.add(new Share(first, parallelism));
        }
        return shares;
    }

    @Override
    public SplitReader<NexmarkEvent> open(
            final Share share, final OperatorContext context, final Runnable onAvailable) {
        return new Reader(share);
    }

    private long millis(final long number) {
        return number / eventsPerSecond * 1_000
                + number % eventsPerSecond * 1_000 / eventsPerSecond;
    }

    /** One of the last ids: people bid on what is new. */
    private static long recent(final long random, final long last) {
        return last - pick(random, (int) Math.min(RECENT, last + 1));
    }

    private static int pick(final long random, final int bound) {
        return (int) Long.remainderUnsigned(random, bound);
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(final long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    private final class Reader implements SplitReader<NexmarkEvent> {

        private final int step;
        private long next;

        Reader(final Share share) {
            step = share.step;
            next = share.first;
        }

        @Override
        public InputStatus pollNext(final RecordCollector<NexmarkEvent> out) {
            if (next >= eventCount) {
                return InputStatus.END;
            }
            final NexmarkEvent event = event(next);
            out.collect(event, event.timeMillis());
            next += step;
            return InputStatus.MORE;
        }

        @Override
        public void writePosition(final RecordOutput out) {
            out.putLong(next);
        }

        @Override
        public void seek(final RecordInput in) {
            next = in.getLong();
        }

        @Override
        public void close() {}
    }
}
