package io.geminid.shuffle.service;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.shuffle.network.NetworkContext;
import java.time.Duration;
import java.util.List;

/**
 * The configuration of the standard shuffle service that does not depend on its transport.
 *
 * @param exclusivePerChannel segments that every input channel owns
 * @param floatingPerGate most segments that the channels of a gate share beyond those
 * @param segmentsPerSubpartitionMax finished segments in a subpartition from which on the producer
 *     should not emit
 * @param overdraftPerPartition segments a partition may take beyond its share to finish a record
 * @param recordBytesMax longest record that a reader accepts
 * @param partitionWait how long a consumer asks for a partition that its producer does not have yet
 */
public record ShuffleOptions(
        int exclusivePerChannel,
        int floatingPerGate,
        int segmentsPerSubpartitionMax,
        int overdraftPerPartition,
        int recordBytesMax,
        Duration partitionWait) {

    /** Segments that every input channel owns. */
    public static final ConfigKey<Integer> EXCLUSIVE_PER_CHANNEL =
            ConfigKey.integer(
                    "geminid.shuffle.exclusive-per-channel",
                    2,
                    0,
                    1024,
                    "Segments that every input channel owns; 0 makes memory independent of the"
                            + " number of channels.");

    /** Most segments that the channels of a gate share. */
    public static final ConfigKey<Integer> FLOATING_PER_GATE =
            ConfigKey.integer(
                    "geminid.shuffle.floating-per-gate",
                    8,
                    1,
                    65536,
                    "Most segments that the channels of an input gate share beyond their own.");

    /** Finished segments in a subpartition from which on the producer should not emit. */
    public static final ConfigKey<Integer> SEGMENTS_PER_SUBPARTITION_MAX =
            ConfigKey.integer(
                    "geminid.shuffle.segments-per-subpartition-max",
                    10,
                    1,
                    65536,
                    "Finished segments waiting in one subpartition from which on its producer waits.");

    /** Segments a partition may take beyond its share to finish a record. */
    public static final ConfigKey<Integer> OVERDRAFT_PER_PARTITION =
            ConfigKey.integer(
                    "geminid.shuffle.overdraft-per-partition",
                    5,
                    0,
                    65536,
                    "Segments a result partition may take beyond its share to finish a record.");

    /** Longest record that a reader accepts. */
    public static final ConfigKey<Long> MAX_RECORD_BYTES =
            ConfigKey.bytes(
                    "geminid.shuffle.max-record-bytes",
                    "256mb",
                    1,
                    1 << 30,
                    "Longest record that a reader accepts.");

    /** How long a consumer asks for a partition that its producer does not have yet. */
    public static final ConfigKey<Duration> PARTITION_WAIT =
            ConfigKey.duration(
                    "geminid.shuffle.partition-wait",
                    "30s",
                    Duration.ZERO,
                    Duration.ofHours(1),
                    "How long a consumer asks again for a partition that is not there yet.");

    /** All keys of this record, and that of the network beneath. */
    public static final List<ConfigKey<?>> KEYS =
            List.of(
                    EXCLUSIVE_PER_CHANNEL,
                    FLOATING_PER_GATE,
                    SEGMENTS_PER_SUBPARTITION_MAX,
                    OVERDRAFT_PER_PARTITION,
                    MAX_RECORD_BYTES,
                    PARTITION_WAIT,
                    NetworkContext.CONNECTIONS);

    /**
     * The options as configured.
     *
     * @param properties checked properties
     * @return the options
     */
    public static ShuffleOptions from(final GeminidProperties properties) {
        return new ShuffleOptions(
                properties.get(EXCLUSIVE_PER_CHANNEL),
                properties.get(FLOATING_PER_GATE),
                properties.get(SEGMENTS_PER_SUBPARTITION_MAX),
                properties.get(OVERDRAFT_PER_PARTITION),
                Math.toIntExact(properties.get(MAX_RECORD_BYTES)),
                properties.get(PARTITION_WAIT));
    }

    /**
     * The smallest number of segments with which a gate makes progress.
     *
     * @param channels of the gate
     * @return each channel's own and one to share
     */
    int gateSegmentsMin(final int channels) {
        return Math.addExact(Math.multiplyExact(channels, exclusivePerChannel), 1);
    }

    /**
     * The most that a gate takes.
     *
     * @param channels of the gate
     * @return each channel's own and all to share
     */
    int gateSegmentsMax(final int channels) {
        return Math.addExact(Math.multiplyExact(channels, exclusivePerChannel), floatingPerGate);
    }

    /**
     * The smallest number of segments with which a partition makes progress.
     *
     * @param subpartitions of the partition
     * @return an open one each, and one to go on with
     */
    static int partitionSegmentsMin(final int subpartitions) {
        return Math.addExact(subpartitions, 1);
    }

    /**
     * The most that a partition takes, overdraft aside.
     *
     * @param subpartitions of the partition
     * @return the quota of each, the open ones, and one to go on with
     */
    int partitionSegmentsMax(final int subpartitions) {
        return Math.addExact(
                Math.multiplyExact(subpartitions, Math.addExact(segmentsPerSubpartitionMax, 1)), 1);
    }
}
