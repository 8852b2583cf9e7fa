package io.geminid.verbs.disni;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Socket addresses between Java and C.
 *
 * <pre>
 *  sockaddr_in (16): family 2, port 2 (network order), address 4, zero 8
 *  sockaddr_in6 (28): family 2, port 2 (network order), flow 4, address 16, scope 4
 * </pre>
 */
final class SocketAddresses {

    /** Room for either kind. */
    static final int BYTES = 28;

    static final short FAMILY_4 = 2;
    static final short FAMILY_6 = 10;

    private static final int PORT = 2;
    private static final int ADDRESS_4 = 4;
    private static final int ADDRESS_6 = 8;
    private static final int SCOPE_6 = 24;

    private SocketAddresses() {}

    static Record encode(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("address=" + address + " is not resolved");
        }
        Record record = new Record(BYTES);
        ByteBuffer to = record.memory();
        to.put(PORT, (byte) (address.getPort() >>> 8));
        to.put(PORT + 1, (byte) address.getPort());
        byte[] bytes = address.getAddress().getAddress();
        if (address.getAddress() instanceof Inet4Address) {
            to.putShort(0, FAMILY_4);
            to.put(ADDRESS_4, bytes);
        } else {
            to.putShort(0, FAMILY_6);
            to.put(ADDRESS_6, bytes);
            to.putInt(SCOPE_6, ((Inet6Address) address.getAddress()).getScopeId());
        }
        return record;
    }

    static InetSocketAddress decode(Record from) {
        ByteBuffer memory = from.memory();
        int port = (memory.get(PORT) & 0xff) << 8 | memory.get(PORT + 1) & 0xff;
        try {
            return switch (memory.getShort(0)) {
                case FAMILY_4 ->
                        new InetSocketAddress(
                                InetAddress.getByAddress(from.bytesAt(ADDRESS_4, 4)), port);
                case FAMILY_6 ->
                        new InetSocketAddress(
                                Inet6Address.getByAddress(
                                        null, from.bytesAt(ADDRESS_6, 16), memory.getInt(SCOPE_6)),
                                port);
                default -> throw new IllegalStateException("family=" + memory.getShort(0));
            };
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are always an address", e);
        }
    }
}
