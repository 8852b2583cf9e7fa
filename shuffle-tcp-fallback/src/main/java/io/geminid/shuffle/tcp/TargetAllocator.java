package io.geminid.shuffle.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.util.function.Supplier;

/**
 * Lets a channel read straight to where the bytes belong, instead of into a buffer of Netty's: each
 * read is given what the link says is the next target. One for each connection.
 */
final class TargetAllocator implements RecvByteBufAllocator {

    /**
     * Reads in a row before other connections of the event loop get their turn, and the peer an
     * acknowledgement: with segments of 32 KiB, each of which takes two reads, half a megabyte.
     */
    private static final int READS_MAX = 32;

    private final Supplier<ByteBuf> target;

    /**
     * @param target where the next bytes go
     */
    TargetAllocator(final Supplier<ByteBuf> target) {
        this.target = target;
    }

    @Override
    public ExtendedHandle newHandle() {
        return new Reads();
    }

    private final class Reads implements ExtendedHandle {

        private int reads;
        private int attempted;
        private int last;

        @Override
        public ByteBuf allocate(final ByteBufAllocator unused) {
            return target.get();
        }

        @Override
        public int guess() {
            return 0;
        }

        @Override
        public void reset(final ChannelConfig config) {
            reads = 0;
        }

        @Override
        public void incMessagesRead(final int count) {
            reads += count;
        }

        @Override
        public void lastBytesRead(final int bytes) {
            last = bytes;
        }

        @Override
        public int lastBytesRead() {
            return last;
        }

        @Override
        public void attemptedBytesRead(final int bytes) {
            attempted = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attempted;
        }

        @Override
        public boolean continueReading() {
            // A read that filled its target left something more often than not.
            return reads < READS_MAX && last == attempted;
        }

        @Override
        public boolean continueReading(final UncheckedBooleanSupplier maybeMoreData) {
            return reads < READS_MAX && maybeMoreData.get();
        }

        @Override
        public void readComplete() {
            // Nothing is learned from one read for the next.
        }
    }
}
