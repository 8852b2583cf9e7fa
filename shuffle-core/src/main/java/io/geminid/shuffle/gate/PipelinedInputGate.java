package io.geminid.shuffle.gate;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.network.RemoteChannels;
import io.geminid.shuffle.partition.OneShotListener;
import io.geminid.shuffle.partition.PartitionProvider;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A gate over pipelined partitions, some in this process and some in others.
 *
 * <p>Channels that have something take turns, those with a priority event before all others. The
 * segments for channels to other processes come from one local pool: each such channel owns a few
 * for life, and all share the rest. Those for channels whose producer is not known yet are held
 * from the start, so that nobody else can have taken them by then.
 */
public final class PipelinedInputGate implements InputGate {

    /** Segments that a gate receives into, until the consumer is done with each. */
    static final SegmentOwner OWNER = SegmentOwner.named("input");

    private final GateContext context;
    private final LocalSegmentPool pool;
    private final PartitionProvider partitions;
    private final RemoteChannels network;
    private final FloatingSegments floating;
    private final ReadyChannels readyChannels = new ReadyChannels();
    private final OneShotListener available = new OneShotListener();
    private final SubpartitionSource[] sources;
    private final Object lock = new Object();

    // Guarded by lock.
    private final InputChannel[] channels;
    private final ArrayDeque<Segment> forUnknown = new ArrayDeque<>();
    private boolean requested;

    /** Set under the lock. */
    private volatile boolean closed;

    /** Set by the consumer before channels are opened. */
    private volatile Runnable priorityListener = () -> {};

    // Consumer's thread only.
    private InputChannel current;
    private int channelsEnded;
    private InputChannelException failure;

    /**
     * Makes a gate. Opens nothing yet.
     *
     * @param context what it is made with
     * @param sources what each channel reads; descriptors may be missing
     * @param pool where its segments come from; now the gate's, which closes it. Its reserved share
     *     covers the exclusive segments of all channels that are not known to be local
     * @param partitions of this process
     * @param network to other processes
     */
    public PipelinedInputGate(
            final GateContext context,
            final List<SubpartitionSource> sources,
            final LocalSegmentPool pool,
            final PartitionProvider partitions,
            final RemoteChannels network) {
        this.context = context;
        this.pool = pool;
        this.partitions = partitions;
        this.network = network;
        this.floating = new FloatingSegments(pool, OWNER);
        this.sources = sources.toArray(SubpartitionSource[]::new);
        this.channels = new InputChannel[this.sources.length];
        takeExclusive();
        for (int i = 0; i < channels.length; i++) {
            if (this.sources[i].descriptor() != null) {
                channels[i] = newChannel(i, this.sources[i].descriptor());
            }
        }
    }

    /**
     * Channels for which a gate needs segments: all but those known to read this process.
     *
     * @param context of the gate
     * @param sources of the gate
     * @return how many
     */
    public static int channelsWithSegments(
            final GateContext context, final List<SubpartitionSource> sources) {
        return (int)
                sources.stream().filter(source -> !isLocal(context, source.descriptor())).count();
    }

    private static boolean isLocal(final GateContext context, final ShuffleDescriptor descriptor) {
        return descriptor != null && context.processId().equals(descriptor.storedBy());
    }

    @Override
    public long dataBytesMax() {
        return pool.bytesMax();
    }

    private void takeExclusive() {
        final int count =
                channelsWithSegments(context, List.of(sources)) * context.exclusivePerChannel();
        for (int i = 0; i < count; i++) {
            final Segment segment = pool.poll(OWNER);
            if (segment == null) {
                forUnknown.forEach(Segment::close);
                throw new IllegalArgumentException(
                        "gate=" + context.owner() + " exclusive=" + count + " pool=" + pool);
            }
            forUnknown.add(segment);
        }
    }

    private InputChannel newChannel(final int index, final ShuffleDescriptor descriptor) {
        final SubpartitionRange subpartitions = sources[index].subpartitions();
        final ResultPartitionId partition = descriptor.partition().id();
        if (isLocal(context, descriptor)) {
            return new LocalInputChannel(this, partitions, index, partition, subpartitions);
        }
        return new RemoteInputChannel(
                this,
                network,
                index,
                new SubpartitionSource(descriptor, subpartitions),
                exclusiveOfOne());
    }

    @Override
    public int channelCount() {
        return channels.length;
    }

    @Override
    public String describe(final int channel) {
        final InputChannel described;
        synchronized (lock) {
            described = channels[channel];
        }
        return "gate="
                + context.owner()
                + " "
                + (described == null ? "channel=" + channel + " partition=unknown" : described);
    }

    @Override
    public void updateChannel(final int channel, final ShuffleDescriptor producer) {
        final InputChannel added;
        final boolean open;
        List<Segment> notNeeded = List.of();
        synchronized (lock) {
            if (closed || isSame(channels[channel], producer)) {
                return;
            }
            added = newChannel(channel, producer);
            channels[channel] = added;
            open = requested;
            if (added instanceof LocalInputChannel) {
                notNeeded = exclusiveOfOne();
            }
        }
        notNeeded.forEach(Segment::close);
        if (open) {
            added.open();
        }
    }

    private List<Segment> exclusiveOfOne() {
        final List<Segment> exclusive = new ArrayList<>();
        for (int i = 0; i < context.exclusivePerChannel(); i++) {
            exclusive.add(forUnknown.remove());
        }
        return exclusive;
    }

    private boolean isSame(final InputChannel known, final ShuffleDescriptor producer) {
        if (known == null) {
            return false;
        }
        if (!known.partition().equals(producer.partition().id())) {
            throw new IllegalStateException(
                    "gate="
                            + context.owner()
                            + " "
                            + known
                            + " cannot become partition="
                            + producer.partition().id());
        }
        return true;
    }

    @Override
    public void requestPartitions() {
        final List<InputChannel> known;
        synchronized (lock) {
            if (closed || requested) {
                return;
            }
            requested = true;
            known = knownChannels();
        }
        known.forEach(InputChannel::open);
    }

    @Override
    public boolean poll(final InputElement into) throws IOException {
        while (true) {
            requireUsable();
            final InputChannel next = nextInTurn();
            if (next == null) {
                return false;
            }
            if (pollChannel(next, into)) {
                return true;
            }
        }
    }

    @Override
    public boolean pollPriority(final InputElement into) throws IOException {
        requireUsable();
        while (readyChannels.isAnyPriority()) {
            final InputChannel next = readyChannels.takePriority();
            if (next == null) {
                return false;
            }
            final InputChannel.Found found = pollPriority(next, into);
            if (found == InputChannel.Found.MORE_PRIORITY) {
                readyChannels.addPriority(next);
            }
            if (found != InputChannel.Found.NOTHING) {
                return true;
            }
        }
        return false;
    }

    private InputChannel.Found pollPriority(final InputChannel from, final InputElement into)
            throws InputChannelException {
        try {
            return from.pollPriority(into);
        } catch (final IOException e) {
            throw broken(from, e);
        }
    }

    private InputChannelException broken(final InputChannel from, final IOException cause) {
        failure =
                new InputChannelException(
                        from.partition(),
                        "gate=" + context.owner() + " " + from + ": " + cause.getMessage(),
                        cause);
        return failure;
    }

    @Override
    public void onPriority(final Runnable listener) {
        priorityListener = listener;
    }

    @Override
    public List<Buffer> queuedBefore(final int channel, final long checkpoint) {
        return known(channel).queuedBefore(checkpoint);
    }

    @Override
    public void overtake(final int channel, final long checkpoint) {
        known(channel).overtake(checkpoint);
    }

    /** The channel asked last goes on as long as no other is ready, which needs no lock. */
    private InputChannel nextInTurn() {
        final InputChannel last = current;
        if (last == null) {
            return readyChannels.isEmpty() ? null : readyChannels.take();
        }
        current = null;
        if (readyChannels.isEmpty()) {
            return last;
        }
        readyChannels.add(last);
        return readyChannels.take();
    }

    private boolean pollChannel(final InputChannel from, final InputElement into)
            throws InputChannelException {
        final InputChannel.Found found;
        try {
            found = from.poll(into);
        } catch (final IOException e) {
            throw broken(from, e);
        }
        if (found == InputChannel.Found.MORE) {
            current = from;
        } else if (found == InputChannel.Found.MORE_PRIORITY) {
            current = from;
            readyChannels.addPriority(from);
        }
        if (found != InputChannel.Found.NOTHING && into.event() instanceof EndOfPartition) {
            channelsEnded++;
        }
        return found != InputChannel.Found.NOTHING;
    }

    private void requireUsable() throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (closed) {
            throw new IOException("gate=" + context.owner() + " is closed");
        }
    }

    @Override
    public boolean awaitAvailable(final Runnable listener) {
        return available.await(
                listener, () -> closed || current != null || !readyChannels.isEmpty());
    }

    @Override
    public void resumeConsumption(final int channel) {
        known(channel).resumeConsumption();
    }

    @Override
    public void acknowledgeAllRecordsProcessed(final int channel) {
        known(channel).acknowledgeAllRecordsProcessed();
    }

    private InputChannel known(final int channel) {
        synchronized (lock) {
            if (channels[channel] == null) {
                throw new IllegalStateException(
                        "gate=" + context.owner() + " channel=" + channel + " partition=unknown");
            }
            return channels[channel];
        }
    }

    @Override
    public boolean isFinished() {
        return channelsEnded == channels.length;
    }

    /**
     * Credits that producers have and have not used yet. Any thread.
     *
     * @return segments, of all channels
     */
    public long openCredits() {
        return knownChannels().stream().mapToLong(InputChannel::openCredits).sum();
    }

    @Override
    public void close() {
        final List<Segment> unused;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            unused = new ArrayList<>(forUnknown);
            forUnknown.clear();
        }
        floating.close();
        knownChannels().forEach(InputChannel::close);
        unused.forEach(Segment::close);
        pool.close();
        available.fire();
    }

    private List<InputChannel> knownChannels() {
        final List<InputChannel> known = new ArrayList<>();
        synchronized (lock) {
            for (final InputChannel channel : channels) {
                if (channel != null) {
                    known.add(channel);
                }
            }
        }
        return known;
    }

    /**
     * Whether {@link #close} was called. Any thread.
     *
     * @return true from its call on
     */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Asserts that every segment of the gate is accounted for. For tests that run in one thread, at
     * any moment between two calls.
     *
     * @param held segments that the gate's pool has lent
     */
    void checkLedgers(final int held) {
        int booked = forUnknown.size();
        for (final InputChannel channel : knownChannels()) {
            booked += channel.checkLedger();
        }
        assert closed || held == booked : this + " held=" + held + " booked=" + booked;
    }

    // For the channels.

    /** A channel may have something. Any thread, outside locks. */
    void channelReady(final InputChannel channel) {
        readyChannels.add(channel);
        available.fire();
    }

    /** A channel has a priority event. Any thread, outside locks. */
    void channelReadyWithPriority(final InputChannel channel) {
        readyChannels.addPriority(channel);
        available.fire();
        priorityListener.run();
    }

    FloatingSegments floating() {
        return floating;
    }

    OpenRetry newRetry() {
        return new OpenRetry(context.timer(), context.partitionWaitNs());
    }

    @Override
    public String toString() {
        return "gate=" + context.owner() + " channels=" + channels.length;
    }
}
