package io.geminid.shuffle;

import io.geminid.config.GeminidProperties;

/**
 * What a master is made with.
 *
 * @param properties the {@code geminid.*} configuration of the cluster
 */
public record ShuffleMasterContext(GeminidProperties properties) {}
