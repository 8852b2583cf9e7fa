package io.geminid.shuffle.transport.link;

import io.geminid.shuffle.transport.TransportCounters;
import io.geminid.shuffle.wire.Handshake;
import java.util.Objects;

/**
 * What all links of a transport have in common.
 *
 * @param self what this process tells about itself
 * @param counters where frames and ends are counted
 */
public record LinkContext(Handshake self, TransportCounters counters) {

    /** Checks that all is there. */
    public LinkContext {
        Objects.requireNonNull(self, "self");
        Objects.requireNonNull(counters, "counters");
    }
}
