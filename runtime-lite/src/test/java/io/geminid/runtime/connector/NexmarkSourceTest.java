package io.geminid.runtime.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.connector.NexmarkEvent.Auction;
import io.geminid.runtime.connector.NexmarkEvent.Bid;
import io.geminid.runtime.connector.NexmarkEvent.Person;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NexmarkSourceTest {

    private static final int EVENTS = 50_000;
    private static final long JITTER_MILLIS = 700;

    private final NexmarkSource source = new NexmarkSource(EVENTS, 10_000, JITTER_MILLIS, 42);

    @Test
    void theMixIsOnePersonThreeAuctionsAnd46Bids() {
        int persons = 0;
        int auctions = 0;
        for (int i = 0; i < EVENTS; i++) {
            final NexmarkEvent event = source.event(i);
            persons += event instanceof Person ? 1 : 0;
            auctions += event instanceof Auction ? 1 : 0;
        }
        assertThat(persons).isEqualTo(EVENTS / 50);
        assertThat(auctions).isEqualTo(3 * EVENTS / 50);
    }

    @Test
    void nobodyRefersToWhatIsNotThereYet() {
        final Set<Long> persons = new HashSet<>();
        final Set<Long> auctions = new HashSet<>();
        for (int i = 0; i < EVENTS; i++) {
            final NexmarkEvent event = source.event(i);
            if (event instanceof Person person) {
                assertThat(persons.add(person.id())).isTrue();
            } else if (event instanceof Auction auction) {
                assertThat(persons).contains(auction.seller());
                assertThat(auctions.add(auction.id())).isTrue();
            } else if (event instanceof Bid bid) {
                assertThat(persons).contains(bid.bidder());
                assertThat(auctions).contains(bid.auction());
            }
        }
    }

    @Test
    void timesAreOutOfOrderByNoMoreThanTheJitter() {
        long latest = 0;
        boolean disordered = false;
        for (int i = 0; i < EVENTS; i++) {
            final long time = source.event(i).timeMillis();
            assertThat(time).isGreaterThanOrEqualTo(latest - JITTER_MILLIS);
            disordered |= time < latest;
            latest = Math.max(latest, time);
        }
        assertThat(disordered).isTrue();
    }

    @Test
    void anEventComesBackFromItsBytes() {
        final RecordOutput out = new RecordOutput();
        for (int i = 0; i < 500; i++) {
            final NexmarkEvent event = source.event(i);
            out.beginInScratch();
            NexmarkEvent.SERIALIZER.write(event, out);
            final RecordInput in = new RecordInput().wrap(out.scratch(), 0, out.length());
            assertThat(NexmarkEvent.SERIALIZER.read(in)).isEqualTo(event);
            assertThat(in.remaining()).isZero();
        }
    }
}
