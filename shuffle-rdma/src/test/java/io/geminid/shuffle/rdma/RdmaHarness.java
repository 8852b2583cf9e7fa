package io.geminid.shuffle.rdma;

import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.transport.TransportHarness;
import io.geminid.shuffle.transport.link.LinkContext;
import java.net.InetSocketAddress;

/** Drives transports over verbs, and whoever speaks verbs and nothing else. */
interface RdmaHarness extends TransportHarness {

    /** What its transports are made with. */
    RdmaTransportContext context();

    /** Makes a transport of a process of its own. */
    RdmaTransport transport(LinkContext links, RdmaTransportContext context, SegmentPool pool);

    /** Begins to connect with such private data. */
    RawVerbsPeer raw(InetSocketAddress target, byte[] setup);
}
