package io.geminid.shuffle.descriptor;

import java.net.InetSocketAddress;
import java.util.UUID;

/**
 * Where a partition is produced.
 *
 * @param processId identity of the worker process
 * @param shuffleAddress where that process's environment of this service listens
 */
public record ProducerDescriptor(UUID processId, InetSocketAddress shuffleAddress) {}
