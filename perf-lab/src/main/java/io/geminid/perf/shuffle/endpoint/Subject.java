package io.geminid.perf.shuffle.endpoint;

import io.geminid.perf.TestNetwork;
import io.geminid.perf.shuffle.endpoint.raw.RawTcpReceiver;
import io.geminid.perf.shuffle.endpoint.raw.RawTcpSender;
import io.geminid.shuffle.rdma.RdmaTransport;
import io.geminid.shuffle.tcp.TcpShuffleServiceFactory;
import io.geminid.verbs.Verbs;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Who can be measured. */
public enum Subject {
    /** Our shuffle over TCP: records, credits, checksums. */
    GEMINID_TCP("geminid-tcp") {
        @Override
        public Endpoint sender(final Setup setup) {
            return ours(TcpShuffleServiceFactory.NAME, setup);
        }

        @Override
        public Endpoint receiver(final Setup setup, final InetSocketAddress sender) {
            return ours(TcpShuffleServiceFactory.NAME, setup, sender);
        }
    },

    /** The same over RDMA. */
    GEMINID_RDMA("geminid-rdma") {
        @Override
        public Endpoint sender(final Setup setup) {
            return ours(RdmaTransport.NAME, setup);
        }

        @Override
        public Endpoint receiver(final Setup setup, final InetSocketAddress sender) {
            return ours(RdmaTransport.NAME, setup, sender);
        }

        @Override
        public Optional<String> whyNot(final Traffic traffic) {
            return Verbs.unavailabilityCause()
                    .or(
                            () ->
                                    TestNetwork.addresses().isEmpty()
                                            ? Optional.of(
                                                    "name the addresses of its devices in "
                                                            + TestNetwork.ADDRESSES)
                                            : Optional.empty());
        }
    },

    /** A plain Java NIO stream of segments of the same size: no records, no checks, no credits. */
    RAW_TCP("raw-tcp") {
        @Override
        public Endpoint sender(final Setup setup) {
            return new RawTcpSender();
        }

        @Override
        public Endpoint receiver(final Setup setup, final InetSocketAddress sender) {
            return new RawTcpReceiver(sender);
        }

        @Override
        public Optional<String> whyNot(final Traffic traffic) {
            return traffic == Traffic.STREAM
                    ? Optional.empty()
                    : Optional.of("it does " + Traffic.STREAM.label() + " only");
        }
    };

    private final String label;

    Subject(final String label) {
        this.label = label;
    }

    private static Endpoint ours(final String service, final Setup setup) {
        return setup.traffic() == Traffic.STREAM
                ? new GeminidSender(service, setup)
                : new GeminidPinger(service, setup);
    }

    private static Endpoint ours(
            final String service, final Setup setup, final InetSocketAddress sender) {
        return setup.traffic() == Traffic.STREAM
                ? new GeminidReceiver(service, setup, sender)
                : new GeminidEcho(service, setup, sender);
    }

    /** The end that is connected to. */
    public abstract Endpoint sender(Setup setup);

    /** The end that connects. */
    public abstract Endpoint receiver(Setup setup, InetSocketAddress sender);

    /** Why it cannot be measured here, in one line; empty if it can. */
    public Optional<String> whyNot(final Traffic traffic) {
        return Optional.empty();
    }

    /** Its name in options and reports. */
    public String label() {
        return label;
    }

    /** The subject of a label. */
    public static Subject named(final String label) {
        for (final Subject subject : values()) {
            if (subject.label.equals(label)) {
                return subject;
            }
        }
        throw new IllegalArgumentException("subject=" + label + " is unknown");
    }
}
