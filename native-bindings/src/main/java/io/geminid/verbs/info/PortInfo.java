package io.geminid.verbs.info;

/**
 * One port of a device.
 *
 * @param number from 1
 * @param active whether it carries traffic
 * @param stateName the state's name as in the verbs manual, such as {@code ACTIVE} or {@code DOWN}
 * @param mtu its path MTUs
 * @param messageBytesMax the largest message
 */
public record PortInfo(
        int number, boolean active, String stateName, PortMtu mtu, long messageBytesMax) {}
