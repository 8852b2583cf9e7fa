package io.geminid.verbs.info;

/**
 * The path MTU of a port, in bytes of payload a packet: 256 to 4096.
 *
 * @param activeBytes what is used now; on Ethernet it follows the network interface's MTU
 * @param maxBytes what the port could use
 */
public record PortMtu(int activeBytes, int maxBytes) {}
