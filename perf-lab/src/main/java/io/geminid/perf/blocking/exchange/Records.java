package io.geminid.perf.blocking.exchange;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * The records of one producer, the same for every subject: a number, and text as logs have it,
 * which compresses to about a third. One thread.
 */
public final class Records {

    private static final int TEXT_BYTES = 1 << 20;
    private static final String[] WORDS = {
        "GET",
        "POST",
        "/index.html",
        "/images/",
        "/api/v1/orders",
        "HTTP/1.1",
        "200",
        "304",
        "404",
        "Mozilla/5.0",
        "(X11; Linux x86_64)",
        "Gecko/20100101",
        "Firefox/128.0",
        "checkout",
        "cart"
    };

    private final long first;
    private final long end;
    private final int subpartitions;
    private final int fillBytes;
    private final byte[] text;
    private long next;
    private int textAt;

    /**
     * @param plan which records
     * @param task number of the producer
     */
    public Records(final ExchangePlan plan, final int task) {
        first = task * plan.recordsPerTask();
        end = first + plan.recordsPerTask();
        next = first;
        subpartitions = plan.subpartitions();
        fillBytes = plan.recordBytes() - Long.BYTES;
        text = text(new Random(task), TEXT_BYTES + fillBytes);
    }

    private static byte[] text(final Random random, final int bytes) {
        final StringBuilder text = new StringBuilder();
        while (text.length() < bytes) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
            text.append(Integer.toHexString(random.nextInt())).append(' ');
        }
        return text.substring(0, bytes).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Goes to the next record.
     *
     * @return false if there is none
     */
    public boolean next() {
        if (next == end) {
            return false;
        }
        next++;
        textAt += fillBytes;
        if (textAt > TEXT_BYTES) {
            textAt -= TEXT_BYTES;
        }
        return true;
    }

    /**
     * The record's first eight bytes.
     *
     * @return no other record has it
     */
    public long number() {
        return next - 1;
    }

    /**
     * Where the record goes.
     *
     * @return subpartition
     */
    public int subpartition() {
        return subpartition(number(), subpartitions);
    }

    /**
     * What holds the rest of the record.
     *
     * @return not to be changed
     */
    public byte[] text() {
        return text;
    }

    /**
     * Where the rest begins.
     *
     * @return index in {@link #text}
     */
    public int textAt() {
        return textAt;
    }

    /**
     * Length of the rest.
     *
     * @return bytes of the record without its number
     */
    public int textBytes() {
        return fillBytes;
    }

    /**
     * Where a record goes: anywhere, and evenly.
     *
     * @param number of the record
     * @param subpartitions how many there are
     * @return one of them
     */
    public static int subpartition(final long number, final int subpartitions) {
        final long mixed = (number ^ number >>> 31) * 0x9E3779B97F4A7C15L;
        return (int) ((mixed >>> 33) * subpartitions >>> 31);
    }
}
