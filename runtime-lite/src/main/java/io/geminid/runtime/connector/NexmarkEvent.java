package io.geminid.runtime.connector;

import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;

/**
 * An event of an auction house, as in the Nexmark benchmark (Tucker and others, 2002), reduced to
 * the fields that its queries compute with. Times are in milliseconds since 1970.
 */
public sealed interface NexmarkEvent {

    /** Kind and fields. */
    RecordSerializer<NexmarkEvent> SERIALIZER = new Serializer();

    /**
     * @return when it happened
     */
    long timeMillis();

    /**
     * Somebody registers.
     *
     * @param id of the person
     * @param name of the person
     * @param state where the person lives
     * @param timeMillis when
     */
    record Person(long id, String name, String state, long timeMillis) implements NexmarkEvent {}

    /**
     * Somebody offers something.
     *
     * @param id of the auction
     * @param seller id of a person
     * @param category of what is offered
     * @param initialBid in cents
     * @param expiresMillis when it ends
     * @param timeMillis when it was opened
     */
    record Auction(
            long id,
            long seller,
            int category,
            long initialBid,
            long expiresMillis,
            long timeMillis)
            implements NexmarkEvent {}

    /**
     * Somebody bids.
     *
     * @param auction id of the auction
     * @param bidder id of a person
     * @param price in cents
     * @param timeMillis when
     */
    record Bid(long auction, long bidder, long price, long timeMillis) implements NexmarkEvent {}

    /** One byte says which kind; its fields follow. */
    final class Serializer implements RecordSerializer<NexmarkEvent> {

        private static final int PERSON = 1;
        private static final int AUCTION = 2;
        private static final int BID = 3;

        private Serializer() {}

        @Override
        public void write(final NexmarkEvent value, final RecordOutput out) {
            if (value instanceof Bid bid) {
                out.putByte(BID);
                out.putLong(bid.auction);
                out.putLong(bid.bidder);
                out.putLong(bid.price);
            } else if (value instanceof Auction auction) {
                out.putByte(AUCTION);
                out.putLong(auction.id);
                out.putLong(auction.seller);
                out.putInt(auction.category);
                out.putLong(auction.initialBid);
                out.putLong(auction.expiresMillis);
            } else if (value instanceof Person person) {
                out.putByte(PERSON);
                out.putLong(person.id);
                out.putUtf8(person.name);
                out.putUtf8(person.state);
            }
            out.putLong(value.timeMillis());
        }

        @Override
        public NexmarkEvent read(final RecordInput in) {
            final int kind = in.getByte();
            return switch (kind) {
                case BID -> new Bid(in.getLong(), in.getLong(), in.getLong(), in.getLong());
                case AUCTION ->
                        new Auction(
                                in.getLong(),
                                in.getLong(),
                                in.getInt(),
                                in.getLong(),
                                in.getLong(),
                                in.getLong());
                case PERSON -> new Person(in.getLong(), in.getUtf8(), in.getUtf8(), in.getLong());
                default -> throw new RecordFormatException("nexmarkKind=" + kind);
            };
        }

        @Override
        public String id() {
            return "nexmark-event";
        }
    }
}
