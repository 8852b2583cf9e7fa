package io.geminid.shuffle.transport.fallback;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * Payloads of the frames with which sessions are made. Little-endian.
 *
 * <pre>
 *  open   id (16)
 *  join   id (16)     token (16)
 *  accept token (16)  port (2)  address bytes (1)  address, or why there is none as UTF-8
 * </pre>
 *
 * <p>An accept with port 0 has a reason instead of an address.
 */
final class SessionFrames {

    static final int OPEN_BYTES = 16;
    static final int JOIN_BYTES = 32;

    private static final int TOKEN_OFFSET = 16;
    private static final int PORT_OFFSET = 16;
    private static final int LENGTH_OFFSET = PORT_OFFSET + Short.BYTES;
    private static final int TEXT_OFFSET = LENGTH_OFFSET + Byte.BYTES;
    private static final int TEXT_BYTES_MAX = 255;

    private SessionFrames() {}

    /** What an acceptor answers. */
    record Accept(UUID token, InetSocketAddress fast, String whyNot) {}

    static ByteBuffer open(final UUID id) {
        return put(buffer(OPEN_BYTES), 0, id);
    }

    static ByteBuffer join(final UUID id, final UUID token) {
        return put(put(buffer(JOIN_BYTES), 0, id), TOKEN_OFFSET, token);
    }

    static ByteBuffer accept(final Accept accept) {
        final byte[] text =
                accept.fast() == null
                        ? cut(accept.whyNot().getBytes(StandardCharsets.UTF_8))
                        : accept.fast().getAddress().getAddress();
        final ByteBuffer to = put(buffer(TEXT_OFFSET + text.length), 0, accept.token());
        to.putShort(PORT_OFFSET, (short) (accept.fast() == null ? 0 : accept.fast().getPort()));
        to.put(LENGTH_OFFSET, (byte) text.length);
        return to.put(TEXT_OFFSET, text);
    }

    /** The id in an open or a join, or the token in an accept; null if it is too short. */
    static UUID first(final ByteBuffer payload) {
        return get(payload, 0);
    }

    /** The token in a join; null if it is too short. */
    static UUID second(final ByteBuffer payload) {
        return get(payload, TOKEN_OFFSET);
    }

    /** Null if it makes no sense. */
    static Accept readAccept(final ByteBuffer payload) {
        final UUID token = first(payload);
        final int at = payload.position();
        if (token == null || payload.remaining() < TEXT_OFFSET) {
            return null;
        }
        final int port = payload.getShort(at + PORT_OFFSET) & 0xFFFF;
        final byte[] text = new byte[payload.get(at + LENGTH_OFFSET) & 0xFF];
        if (payload.remaining() != TEXT_OFFSET + text.length) {
            return null;
        }
        payload.get(at + TEXT_OFFSET, text);
        if (port == 0) {
            return new Accept(token, null, new String(text, StandardCharsets.UTF_8));
        }
        try {
            return new Accept(
                    token, new InetSocketAddress(InetAddress.getByAddress(text), port), "");
        } catch (final UnknownHostException e) {
            return null;
        }
    }

    private static byte[] cut(final byte[] text) {
        return text.length <= TEXT_BYTES_MAX ? text : Arrays.copyOf(text, TEXT_BYTES_MAX);
    }

    private static ByteBuffer buffer(final int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer put(final ByteBuffer to, final int at, final UUID id) {
        return to.putLong(at, id.getMostSignificantBits())
                .putLong(at + Long.BYTES, id.getLeastSignificantBits());
    }

    private static UUID get(final ByteBuffer from, final int offset) {
        final int at = from.position() + offset;
        return from.remaining() < offset + 2 * Long.BYTES
                ? null
                : new UUID(from.getLong(at), from.getLong(at + Long.BYTES));
    }
}
