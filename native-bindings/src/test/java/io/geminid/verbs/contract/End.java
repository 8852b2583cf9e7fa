package io.geminid.verbs.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.verbs.CompletionQueue;
import io.geminid.verbs.Device;
import io.geminid.verbs.MemoryAccess;
import io.geminid.verbs.MemoryRegion;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.QueuePair;
import io.geminid.verbs.QueuePairLimits;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.connect.Connection;
import io.geminid.verbs.work.Completions;
import io.geminid.verbs.work.ReceiveList;
import io.geminid.verbs.work.SendList;
import io.geminid.verbs.work.WorkStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;
import org.agrona.BufferUtil;

/** One end of a connection with everything it needs, and short words for what tests do with it. */
public final class End implements AutoCloseable {

    public static final int MEMORY_BYTES = 4 << 20;

    /** Memory behind the region: what is written there is an error, not a crash. */
    private static final int SLACK_BYTES = 4096;

    public static final Set<MemoryAccess> EVERY_RIGHT = EnumSet.allOf(MemoryAccess.class);

    public final VerbsRig rig;
    public final Connection connection;
    public final ProtectionDomain domain;
    public final CompletionQueue sent;
    public final CompletionQueue received;
    public final ByteBuffer memory;
    public final MemoryRegion region;
    public final QueuePair queuePair;
    public final SendList sends = new SendList(64, 17);
    public final ReceiveList receives = new ReceiveList(64, 2);
    public final Completions batch = new Completions(1);

    End(VerbsRig rig, Connection connection, QueuePairLimits limits, Set<MemoryAccess> rights)
            throws VerbsException {
        this.rig = rig;
        this.connection = connection;
        Device device = connection.device();
        domain = device.createProtectionDomain();
        sent = device.createCompletionQueue(limits.sends() + 8);
        received = device.createCompletionQueue(limits.receives() + 8);
        memory =
                ByteBuffer.allocateDirect(MEMORY_BYTES + SLACK_BYTES)
                        .order(ByteOrder.nativeOrder());
        region = domain.register(BufferUtil.address(memory), MEMORY_BYTES, rights);
        queuePair = connection.createQueuePair(domain, sent, received, limits);
    }

    public long at(int offset) {
        return region.address() + offset;
    }

    public void fill(int offset, int length, int seed) {
        for (int i = 0; i < length; i++) {
            memory.put(offset + i, (byte) (seed + i * 31));
        }
    }

    public void assertFilled(int offset, int length, int seed) {
        for (int i = 0; i < length; i++) {
            if (memory.get(offset + i) != (byte) (seed + i * 31)) {
                throw new AssertionError(
                        "offset=%d byte=%d expected=%d"
                                .formatted(
                                        offset + i,
                                        memory.get(offset + i),
                                        (byte) (seed + i * 31)));
            }
        }
    }

    public void receive(long id, int offset, int length) throws VerbsException {
        receives.clear();
        receives.receive(id).slice(at(offset), length, region.localKey());
        assertThat(queuePair.postReceives(receives, 0)).isOne();
    }

    public void send(long id, int offset, int length) throws VerbsException {
        send(id, SendList.SIGNALED, offset, length);
    }

    public void send(long id, int flags, int offset, int length) throws VerbsException {
        sends.clear();
        sends.send(id, flags).slice(at(offset), length, region.localKey());
        post();
    }

    /** Posts the list as it is, all of it. */
    public void post() throws VerbsException {
        assertThat(queuePair.postSends(sends, 0)).isEqualTo(sends.size());
    }

    /** Waits for the next completion of a queue; it is in {@link #batch}. */
    public void next(CompletionQueue queue) throws Exception {
        rig.until("completion", () -> queue.poll(batch) == 1);
    }

    public void expectSent(long id, WorkStatus status) throws Exception {
        expect(sent, id, status);
    }

    public void expectReceived(long id, WorkStatus status) throws Exception {
        expect(received, id, status);
    }

    private void expect(CompletionQueue queue, long id, WorkStatus status) throws Exception {
        next(queue);
        assertThat(batch.id(0)).as(batch.toString()).isEqualTo(id);
        assertThat(batch.status(0)).as(batch.toString()).isEqualTo(status);
        assertThat(batch.queuePairNumber(0)).isEqualTo(queuePair.number());
    }

    public void expectNothing(CompletionQueue queue) throws VerbsException {
        rig.idle(20_000_000);
        assertThat(queue.poll(batch)).as(batch.toString()).isZero();
    }

    @Override
    public void close() throws VerbsException {
        connection.close();
        region.close();
        sent.close();
        received.close();
        domain.close();
    }
}
