package io.geminid.perf.shuffle.endpoint;

import java.net.InetSocketAddress;

/** Who can be measured. */
public enum Subject {
    /** Our shuffle over TCP: records, credits, checksums. */
    GEMINID_TCP("geminid-tcp") {
        @Override
        public Endpoint sender(final int recordBytes) {
            return new GeminidSender("tcp", recordBytes);
        }

        @Override
        public Endpoint receiver(final int recordBytes, final InetSocketAddress sender) {
            return new GeminidReceiver("tcp", recordBytes, sender);
        }
    },

    /** A plain Java NIO stream of segments of the same size: no records, no checks, no credits. */
    RAW_TCP("raw-tcp") {
        @Override
        public Endpoint sender(final int recordBytes) {
            return new RawTcpSender();
        }

        @Override
        public Endpoint receiver(final int recordBytes, final InetSocketAddress sender) {
            return new RawTcpReceiver(sender);
        }
    };

    private final String label;

    Subject(final String label) {
        this.label = label;
    }

    public abstract Endpoint sender(int recordBytes);

    public abstract Endpoint receiver(int recordBytes, InetSocketAddress sender);

    public String label() {
        return label;
    }

    public static Subject named(final String label) {
        for (final Subject subject : values()) {
            if (subject.label.equals(label)) {
                return subject;
            }
        }
        throw new IllegalArgumentException("subject=" + label + " is unknown");
    }
}
