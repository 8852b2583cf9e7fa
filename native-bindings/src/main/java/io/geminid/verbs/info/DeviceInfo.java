package io.geminid.verbs.info;

/**
 * What one RDMA device is and how much of everything it has.
 *
 * @param name the kernel's name, such as {@code mlx5_0} or {@code rxe0}
 * @param guid the node's identity, as a number
 * @param firmware the firmware's version; empty where there is none
 * @param ports how many ports, numbered from 1
 * @param limits what can be made on it
 */
public record DeviceInfo(String name, long guid, String firmware, int ports, DeviceLimits limits) {}
