package io.geminid.verbs.info;

/**
 * One entry of a port's address table.
 *
 * @param index its place in the table
 * @param text the 16 bytes as an IPv6 address; an IPv4 address is written {@code ::ffff:a.b.c.d}
 * @param type {@code IB}, {@code RoCEv1} or {@code RoCEv2}
 * @param interfaceIndex the network interface's number, 0 if there is none
 */
public record GidInfo(int index, String text, String type, int interfaceIndex) {}
