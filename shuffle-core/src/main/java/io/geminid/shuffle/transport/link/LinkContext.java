package io.geminid.shuffle.transport.link;

import io.geminid.shuffle.transport.TransportCounters;
import io.geminid.shuffle.wire.Handshake;
import java.util.Objects;

/**
 * What all links of a transport have in common.
 *
 * @param self what this process tells about itself
 * @param counters where frames and ends are counted
 * @param token what peers must prove to know, and are proved to
 */
public record LinkContext(Handshake self, TransportCounters counters, JobToken token) {

    /** Checks that all is there. */
    public LinkContext {
        Objects.requireNonNull(self, "self");
        Objects.requireNonNull(counters, "counters");
        Objects.requireNonNull(token, "token");
    }

    /**
     * With new counters.
     *
     * @param self what this process tells about itself
     * @param token what peers must prove to know
     */
    public LinkContext(final Handshake self, final JobToken token) {
        this(self, new TransportCounters(), token);
    }
}
