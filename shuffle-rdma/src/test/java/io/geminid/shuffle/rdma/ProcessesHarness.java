package io.geminid.shuffle.rdma;

import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.transport.RawPeer;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.TransportHarness;
import io.geminid.shuffle.transport.link.LinkContext;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Runs a contract over real devices: the first transport in this process, the second in another.
 */
final class ProcessesHarness implements TransportHarness {

    private final Random random;
    private final DeviceHarness here;
    private final RemoteProcess there;
    private RdmaTransport first;
    private RemoteTransport second;

    ProcessesHarness(final Random random, final RemoteProcess there) {
        this.random = random;
        this.here = new DeviceHarness(random);
        this.there = there;
    }

    @Override
    public int segmentsOfItsOwn() {
        return here.segmentsOfItsOwn();
    }

    @Override
    public int hostilePeers() {
        return 25;
    }

    @Override
    public void pool(final SegmentPool pool) {
        here.pool(pool);
    }

    @Override
    public Transport transport(final LinkContext links) {
        if (first == null) {
            first = here.transport(links);
            return first;
        }
        second = there.transport();
        second.make(links.self());
        return second;
    }

    @Override
    public void await(final String what, final BooleanSupplier condition) {
        here.await(what, condition);
    }

    @Override
    public void settle() {
        here.settle();
    }

    @Override
    public void progress() {
        here.progress();
    }

    @Override
    public InetSocketAddress cuttable(final InetSocketAddress target) {
        return target;
    }

    @Override
    public void cut() {
        if (random.nextBoolean()) {
            first.breakConnections();
        } else {
            second.breakConnections();
        }
    }

    @Override
    public RawPeer raw(final InetSocketAddress target) {
        return here.raw(target);
    }

    @Override
    public void close() {
        here.close();
        second.close();
    }
}
