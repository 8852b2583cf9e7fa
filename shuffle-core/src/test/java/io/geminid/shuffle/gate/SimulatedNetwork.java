package io.geminid.shuffle.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.Segment;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.credit.SenderCredit;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.network.ChannelReceiver;
import io.geminid.shuffle.network.RemoteChannel;
import io.geminid.shuffle.network.RemoteChannels;
import io.geminid.shuffle.partition.PartitionNotFoundException;
import io.geminid.shuffle.partition.PartitionProvider;
import io.geminid.shuffle.partition.SubpartitionListener;
import io.geminid.shuffle.partition.SubpartitionView;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Links between simulated processes, in one thread: each step sends, delivers or polls one thing,
 * chosen by the seed. Links are FIFO and take any time. A channel is polled only when the contract
 * of views says that it should be, so that a notification that is lost shows as a standstill.
 */
final class SimulatedNetwork {

    private static final int CREDIT_WINDOW_MAX = 1 << 16;

    private final Random random;
    private final Map<InetSocketAddress, PartitionProvider> processes = new LinkedHashMap<>();
    private final Map<String, ArrayDeque<Runnable>> links = new LinkedHashMap<>();
    private final List<Channel> channels = new ArrayList<>();
    private final List<Channel> toSend = new ArrayList<>();
    private final List<Channel> toPoll = new ArrayList<>();

    private final Map<String, Long> seen;

    /**
     * @param random decides what happens next
     * @param seen counts what happened, so that a test knows that it did
     */
    SimulatedNetwork(final Random random, final Map<String, Long> seen) {
        this.random = random;
        this.seen = seen;
    }

    private void note(final String what) {
        seen.merge(what, 1L, Long::sum);
    }

    /** The network as one process sees it. */
    RemoteChannels join(final InetSocketAddress address, final PartitionProvider partitions) {
        processes.put(address, partitions);
        return (producer, partition, subpartitions, initialCredit, receiver) -> {
            final Channel channel =
                    new Channel(
                            link(address, producer),
                            link(producer, address),
                            initialCredit,
                            receiver);
            channels.add(channel);
            channel.toProducer.add(
                    () -> channel.open(processes.get(producer), partition, subpartitions));
            return channel;
        };
    }

    private ArrayDeque<Runnable> link(final InetSocketAddress from, final InetSocketAddress to) {
        return links.computeIfAbsent(from + ">" + to, any -> new ArrayDeque<>());
    }

    boolean isIdle() {
        return toSend.isEmpty() && toPoll.isEmpty() && busyLinks().isEmpty();
    }

    private List<ArrayDeque<Runnable>> busyLinks() {
        return links.values().stream().filter(link -> !link.isEmpty()).toList();
    }

    /** Does one thing; only when not idle. */
    void step() {
        final List<ArrayDeque<Runnable>> busy = busyLinks();
        final int choice = random.nextInt(toSend.size() + toPoll.size() + busy.size());
        if (choice < toSend.size()) {
            toSend.remove(choice).send();
        } else if (choice < toSend.size() + toPoll.size()) {
            toPoll.remove(choice - toSend.size()).poll();
        } else {
            busy.get(choice - toSend.size() - toPoll.size()).remove().run();
        }
    }

    /** Breaks all links: frames under way are lost, both sides are told. */
    void breakLinks() {
        toSend.clear();
        toPoll.clear();
        links.values().forEach(ArrayDeque::clear);
        List.copyOf(channels).forEach(Channel::breakLink);
    }

    /** A channel, both ends. */
    private final class Channel implements RemoteChannel, SubpartitionListener {

        private final ArrayDeque<Runnable> toProducer;
        private final ArrayDeque<Runnable> toConsumer;
        private final ChannelReceiver receiver;

        // The consumer's end.
        private long granted;
        private boolean grantDue;
        private boolean resumeDue;
        private boolean processedDue;
        private boolean closeDue;
        private boolean closedByConsumer;
        private boolean broken;

        // The producer's end.
        private final SenderCredit credit;
        private final boolean announces;
        private final List<Buffer> underWay = new ArrayList<>();
        private SubpartitionView view;
        private int sequence;
        private int backlogTold;
        private boolean over;

        Channel(
                final ArrayDeque<Runnable> toProducer,
                final ArrayDeque<Runnable> toConsumer,
                final int initialCredit,
                final ChannelReceiver receiver) {
            this.toProducer = toProducer;
            this.toConsumer = toConsumer;
            this.receiver = receiver;
            this.granted = initialCredit;
            this.credit = new SenderCredit(initialCredit, CREDIT_WINDOW_MAX);
            this.announces = initialCredit == 0;
        }

        // The consumer's end.

        @Override
        public void grant(final long grantedTotal) {
            assertThat(grantedTotal).as("totals never fall").isGreaterThanOrEqualTo(granted);
            granted = grantedTotal;
            grantDue = true;
            due();
        }

        @Override
        public void resume(final long grantedTotal) {
            granted = grantedTotal;
            resumeDue = true;
            due();
        }

        @Override
        public void acknowledgeAllRecordsProcessed() {
            processedDue = true;
            due();
        }

        @Override
        public void close() {
            closeDue = true;
            due();
        }

        private void due() {
            if (!toSend.contains(this) && !broken) {
                toSend.add(this);
            }
        }

        private void send() {
            final long total = granted;
            if (resumeDue) {
                toProducer.add(() -> onResume(total));
            } else if (grantDue) {
                toProducer.add(() -> onGrant(total));
            }
            if (processedDue) {
                toProducer.add(this::onProcessed);
            }
            if (closeDue) {
                closedByConsumer = true;
                toProducer.add(this::onClose);
            }
            resumeDue = false;
            grantDue = false;
            processedDue = false;
            closeDue = false;
        }

        private void fail(final IOException cause) {
            if (!closedByConsumer && !closeDue && !broken) {
                broken = true;
                receiver.onError(cause);
            }
        }

        // The producer's end.

        private void open(
                final PartitionProvider partitions,
                final ResultPartitionId partition,
                final SubpartitionRange subpartitions) {
            try {
                view = partitions.createView(partition, subpartitions, this);
                ready();
            } catch (final PartitionNotFoundException e) {
                over = true;
                note("partition not found");
                toConsumer.add(() -> fail(e));
            }
        }

        private void onGrant(final long total) {
            try {
                credit.grantTotal(total);
            } catch (final TransportException e) {
                throw new AssertionError(e);
            }
            ready();
        }

        private void onResume(final long total) {
            try {
                credit.resumeTotal(total);
            } catch (final TransportException e) {
                throw new AssertionError(e);
            }
            backlogTold = 0;
            note("channel resumed");
            if (!over) {
                view.resumeConsumption();
            }
            ready();
        }

        private void onProcessed() {
            if (!over) {
                view.acknowledgeAllRecordsProcessed();
            }
        }

        private void onClose() {
            over = true;
            if (view != null) {
                view.release();
            }
        }

        private void breakLink() {
            underWay.forEach(sent -> note("data lost with its link"));
            underWay.forEach(Buffer::release);
            underWay.clear();
            onClose();
            fail(new TransportException(Reason.LINK_LOST, "simulated=true"));
        }

        @Override
        public void dataAvailable() {
            ready();
        }

        @Override
        public void priorityAvailable() {
            ready();
        }

        private void ready() {
            if (!over && !toPoll.contains(this)) {
                toPoll.add(this);
            }
        }

        private void poll() {
            if (over || view == null) {
                return;
            }
            final Buffer next = view.poll(credit.available(), underWay.isEmpty());
            if (next == null) {
                onNothing();
                return;
            }
            final int number = sequence++;
            underWay.add(next);
            if (next.kind() == Buffer.Kind.DATA) {
                credit.use();
                final int backlog = view.backlog();
                note(next.finished() ? "whole segment sent" : "part of a segment sent");
                backlogTold = backlog;
                toConsumer.add(() -> deliverData(next, number, backlog));
            } else {
                toConsumer.add(() -> deliverEvent(next, number));
            }
            ready();
        }

        private void onNothing() {
            if (view.isReleased()) {
                over = true;
                final Throwable failure = view.failure();
                toConsumer.add(() -> fail(new IOException("released=true", failure)));
            } else if (announces && !credit.available() && view.hasElements()) {
                final int backlog = Math.max(1, view.backlog());
                if (backlog > backlogTold) {
                    backlogTold = backlog;
                    note("backlog announced");
                    toConsumer.add(() -> deliverBacklog(backlog));
                }
            }
        }

        private void deliverBacklog(final int backlog) {
            if (!closedByConsumer && !broken) {
                receiver.onBacklog(backlog);
            }
        }

        private void deliverData(final Buffer data, final int number, final int backlog) {
            if (!closedByConsumer && !broken) {
                final Segment segment = receiver.segmentForData();
                if (segment != null) {
                    segment.buffer().put(0, data.memory(), data.offset(), data.length());
                    receiver.onData(segment, data.length(), number, backlog);
                } else {
                    // INV K1: a segment is there for every credit, unless nobody wants it any more.
                    assertThat(closeDue).as("channel is closing").isTrue();
                    note("data for a closed channel");
                }
            }
            complete(data);
        }

        private void deliverEvent(final Buffer event, final int number) {
            if (!closedByConsumer && !broken) {
                receiver.onEvent(
                        event.memory()
                                .duplicate()
                                .order(event.memory().order())
                                .limit(event.offset() + event.length())
                                .position(event.offset()),
                        number,
                        event.kind() == Buffer.Kind.PRIORITY_EVENT);
            }
            complete(event);
        }

        private void complete(final Buffer sent) {
            underWay.remove(sent);
            sent.release();
            if (underWay.isEmpty()) {
                ready();
            }
        }

        @Override
        public String toString() {
            return "channel "
                    + receiver
                    + " "
                    + credit
                    + " sequence="
                    + sequence
                    + " underWay="
                    + underWay.size()
                    + " view="
                    + view;
        }
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        channels.forEach(channel -> text.append(channel).append('\n'));
        return text.toString();
    }
}
