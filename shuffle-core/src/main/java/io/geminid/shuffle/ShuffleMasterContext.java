package io.geminid.shuffle;

import io.geminid.config.GeminidProperties;
import io.geminid.shuffle.transport.link.JobToken;

/**
 * What a master is made with.
 *
 * @param properties the {@code geminid.*} configuration of the cluster
 * @param token what the cluster's workers prove to know
 */
public record ShuffleMasterContext(GeminidProperties properties, JobToken token) {

    /**
     * Of a cluster whose workers let everybody in.
     *
     * @param properties the {@code geminid.*} configuration of the cluster
     */
    public ShuffleMasterContext(final GeminidProperties properties) {
        this(properties, JobToken.NONE);
    }
}
