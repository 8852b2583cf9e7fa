package io.geminid.perf.shuffle;

import java.net.InetSocketAddress;

/** Who can be measured. */
enum Subject {
    /** Our shuffle over TCP: records, credits, checksums. */
    GEMINID_TCP("geminid-tcp") {
        @Override
        Endpoint sender(final int recordBytes) {
            return new GeminidSender("tcp", recordBytes);
        }

        @Override
        Endpoint receiver(final int recordBytes, final InetSocketAddress sender) {
            return new GeminidReceiver("tcp", recordBytes, sender);
        }
    },

    /** A plain Java NIO stream of segments of the same size: no records, no checks, no credits. */
    RAW_TCP("raw-tcp") {
        @Override
        Endpoint sender(final int recordBytes) {
            return new RawTcpSender();
        }

        @Override
        Endpoint receiver(final int recordBytes, final InetSocketAddress sender) {
            return new RawTcpReceiver(sender);
        }
    };

    private final String label;

    Subject(final String label) {
        this.label = label;
    }

    abstract Endpoint sender(int recordBytes);

    abstract Endpoint receiver(int recordBytes, InetSocketAddress sender);

    String label() {
        return label;
    }

    static Subject named(final String label) {
        for (final Subject subject : values()) {
            if (subject.label.equals(label)) {
                return subject;
            }
        }
        throw new IllegalArgumentException("subject=" + label + " is unknown");
    }
}
