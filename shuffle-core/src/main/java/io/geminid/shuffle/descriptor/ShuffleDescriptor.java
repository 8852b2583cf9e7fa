package io.geminid.shuffle.descriptor;

import java.net.InetSocketAddress;
import java.util.UUID;

/**
 * All that a consumer must know to read a partition. Small, made of plain values: runtimes put it
 * into their own messages.
 *
 * @param service name of the shuffle service that serves it
 * @param partition what it is
 * @param storedBy the process whose loss makes the partition unavailable, or {@code null} if it is
 *     kept outside its producer's process
 * @param address where to read it
 */
public record ShuffleDescriptor(
        String service, PartitionDescriptor partition, UUID storedBy, InetSocketAddress address) {}
