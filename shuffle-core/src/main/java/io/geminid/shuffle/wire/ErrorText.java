package io.geminid.shuffle.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Text that tells a peer why something was refused: short, and harmless to whoever prints it.
 * Payload of {@link FrameType#GOODBYE} and {@link FrameType#CHANNEL_ERROR}, UTF-8.
 */
public final class ErrorText {

    /** Longest text on the wire. */
    public static final int LENGTH_BYTES_MAX = 1024;

    private static final char SUBSTITUTE = '?';

    private ErrorText() {}

    /**
     * Writes a text, as much of it as fits.
     *
     * @param text any, or {@code null}
     * @return at most {@link #LENGTH_BYTES_MAX} bytes, cut between two characters
     */
    public static ByteBuffer encode(final String text) {
        final byte[] bytes = (text == null ? "" : text).getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, LENGTH_BYTES_MAX);
        while (length > 0 && length < bytes.length && (bytes[length] & 0xC0) == 0x80) {
            length--;
        }
        return ByteBuffer.wrap(bytes, 0, length).slice();
    }

    /**
     * Reads a text that a peer sent. What is not UTF-8 or not printable is replaced, what is too
     * long is cut.
     *
     * @param payload from position to limit; not changed
     * @return the text, on one line
     */
    public static String decode(final ByteBuffer payload) {
        final byte[] bytes = new byte[Math.min(payload.remaining(), LENGTH_BYTES_MAX)];
        payload.get(payload.position(), bytes);
        final StringBuilder text = new StringBuilder(bytes.length);
        new String(bytes, StandardCharsets.UTF_8)
                .codePoints()
                .map(ErrorText::printable)
                .forEach(text::appendCodePoint);
        return text.toString();
    }

    private static int printable(final int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    SUBSTITUTE;
            default -> codePoint;
        };
    }
}
