package io.geminid.shuffle.rdma;

import io.geminid.shuffle.rdma.queue.LinkSetup;
import io.geminid.shuffle.transport.RawPeer;
import io.geminid.verbs.CompletionQueue;
import io.geminid.verbs.MemoryRegion;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.QueuePair;
import io.geminid.verbs.QueuePairLimits;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsProvider;
import io.geminid.verbs.connect.Connection;
import io.geminid.verbs.connect.ConnectionEvent;
import io.geminid.verbs.connect.ConnectionManager;
import io.geminid.verbs.connect.RetryPolicy;
import io.geminid.verbs.work.Completions;
import io.geminid.verbs.work.ReceiveList;
import io.geminid.verbs.work.SendList;
import io.geminid.verbs.work.WorkStatus;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;

/**
 * Somebody who speaks verbs and nothing else: each {@link #send} is one message. Progress is made
 * when it is looked at.
 */
final class RawVerbsPeer implements RawPeer {

    static final int RECEIVES = 64;
    private static final int MESSAGE_BYTES = 8192;

    private final ConnectionManager manager;
    private final Connection connection;
    private final ConnectionEvent event = new ConnectionEvent();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final List<WorkStatus> failures = new ArrayList<>();
    private final ByteBuffer memory =
            ByteBuffer.allocateDirect((RECEIVES + 1) * MESSAGE_BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN);
    private final SendList sends = new SendList(16, 1);
    private final ReceiveList receives = new ReceiveList(RECEIVES, 1);
    private final Completions batch = new Completions(16);
    private ProtectionDomain domain;
    private CompletionQueue queue;
    private MemoryRegion region;
    private QueuePair queuePair;
    private ConnectionEvent.Kind outcome;
    private byte[] outcomeData = new byte[0];
    private int taken;
    private int sending;
    private int posted;
    private boolean closed;

    /** Begins to connect; {@link #outcome} says how it went. */
    RawVerbsPeer(
            final VerbsProvider provider,
            final InetAddress local,
            final InetSocketAddress target,
            final byte[] setup)
            throws VerbsException {
        manager = provider.createConnectionManager();
        connection =
                manager.resolve(
                        new InetSocketAddress(local, 0), target, new RetryPolicy(18, 3, 2, 12));
        this.setup = setup;
    }

    private final byte[] setup;

    static byte[] goodSetup() {
        return new LinkSetup(LinkSetup.VERSION, RECEIVES, 4096, null).encode();
    }

    /** What became of the attempt; null while it is under way. */
    ConnectionEvent.Kind outcome() {
        look();
        return outcome;
    }

    LinkSetup answer() {
        return LinkSetup.decode(outcomeData);
    }

    /** Completions that were no success. */
    List<WorkStatus> failures() {
        look();
        return List.copyOf(failures);
    }

    private void look() {
        try {
            while (!closed && manager.next(event, 0)) {
                on(event);
            }
            while (!closed && queue != null && queue.poll(batch) > 0) {
                for (int i = 0; i < batch.size(); i++) {
                    completed(i);
                }
            }
        } catch (final VerbsException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void on(final ConnectionEvent what) throws VerbsException {
        if (what.kind() == ConnectionEvent.Kind.RESOLVED) {
            domain = connection.device().createProtectionDomain();
            queue = connection.device().createCompletionQueue(2 * RECEIVES + 64);
            region = domain.register(BufferUtil.address(memory), memory.capacity());
            queuePair =
                    connection.createQueuePair(
                            domain,
                            queue,
                            queue,
                            new QueuePairLimits(RECEIVES + 8, RECEIVES, 1, 1, 0));
            for (int i = 0; i < RECEIVES; i++) {
                post(i);
            }
            connection.connect(setup);
        } else {
            outcome = what.kind();
            outcomeData = what.privateData();
        }
    }

    private void post(final int slot) throws VerbsException {
        receives.clear();
        receives.receive(slot)
                .slice(
                        region.address() + (long) slot * MESSAGE_BYTES,
                        MESSAGE_BYTES,
                        region.localKey());
        posted += queuePair.postReceives(receives, 0);
    }

    private void completed(final int index) throws VerbsException {
        final int slot = (int) batch.id(index);
        if (slot == RECEIVES) {
            sending--;
        } else {
            posted--;
        }
        if (!batch.isSuccess(index)) {
            failures.add(batch.status(index));
        } else if (slot < RECEIVES) {
            final byte[] bytes = new byte[batch.lengthBytes(index)];
            memory.get(slot * MESSAGE_BYTES, bytes);
            received.write(bytes, 0, bytes.length);
            taken++;
            if (outcome == ConnectionEvent.Kind.ESTABLISHED) {
                post(slot);
            }
        }
    }

    boolean isSending() {
        look();
        return sending > 0 && failures.isEmpty();
    }

    @Override
    public void send(final ByteBuffer bytes) {
        send(bytes, taken);
    }

    /** Sends a message that says that so many were taken here. */
    void send(final ByteBuffer bytes, final int told) {
        memory.put(RECEIVES * MESSAGE_BYTES, bytes, bytes.position(), bytes.remaining());
        sends.clear();
        sends.sendWithImmediate(RECEIVES, SendList.SIGNALED, told)
                .slice(
                        region.address() + (long) RECEIVES * MESSAGE_BYTES,
                        bytes.remaining(),
                        region.localKey());
        bytes.position(bytes.limit());
        try {
            sending += queuePair.postSends(sends, 0);
        } catch (final VerbsException e) {
            failures.add(WorkStatus.OTHER);
        }
    }

    @Override
    public void hangUp() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            connection.close();
            if (region != null) {
                region.close();
                queue.close();
                domain.close();
            }
            manager.close();
        } catch (final VerbsException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean closedByTransport() {
        final ConnectionEvent.Kind kind = outcome();
        if (kind == ConnectionEvent.Kind.DISCONNECTED) {
            // What came before it may still be on its way to where it is seen.
            return posted == 0;
        }
        return kind != null && kind != ConnectionEvent.Kind.ESTABLISHED;
    }

    @Override
    public ByteBuffer received() {
        look();
        return ByteBuffer.wrap(received.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    }
}
