package io.geminid.runtime.cluster.results;

import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.graph.JobGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a coordinator leaves for the next one. Little-endian:
 *
 * <pre>
 *   0  version (4)
 *   4  first attempt that nobody has used (4)
 *   8  SHA-256 of the job (32)
 *  40  for each region that has finished, in their order: number (4), attempt (4)
 * </pre>
 *
 * @param job see {@link #identity}
 * @param nextAttempt attempts of the next coordinator are numbered from there on
 * @param finished attempts of the regions that have finished, by number
 */
record ResultsNote(byte[] job, int nextAttempt, Map<Integer, Integer> finished) {

    private static final int VERSION = 1;
    private static final int JOB_BYTES = 32;
    private static final int HEADER_BYTES = 2 * Integer.BYTES + JOB_BYTES;
    private static final int REGION_BYTES = 2 * Integer.BYTES;

    /**
     * What a job must have in common with an earlier one to read what that has written: the
     * program's name, all of its arguments, and the graph, parallelism included.
     */
    static byte[] identity(final JobRequest request, final JobGraph graph) {
        try {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(digest, request.program());
            request.arguments().forEach(argument -> add(digest, argument));
            add(digest, graph.fingerprint());
            return digest.digest();
        } catch (final NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** With its length, so that no byte can belong to two of them. */
    private static void add(final MessageDigest digest, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
    }

    boolean isOf(final byte[] other) {
        return Arrays.equals(job, other);
    }

    byte[] encode() {
        final ByteBuffer out =
                ByteBuffer.allocate(HEADER_BYTES + finished.size() * REGION_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(VERSION).putInt(nextAttempt).put(job);
        new TreeMap<>(finished).forEach((region, attempt) -> out.putInt(region).putInt(attempt));
        return out.array();
    }

    /** Reads what {@link #encode} wrote; null if another version did. */
    static ResultsNote decode(final byte[] bytes) {
        final ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER_BYTES
                || (bytes.length - HEADER_BYTES) % REGION_BYTES != 0
                || in.getInt() != VERSION) {
            return null;
        }
        final int nextAttempt = in.getInt();
        final byte[] job = new byte[JOB_BYTES];
        in.get(job);
        final Map<Integer, Integer> finished = new TreeMap<>();
        while (in.hasRemaining()) {
            finished.put(in.getInt(), in.getInt());
        }
        return new ResultsNote(job, nextAttempt, finished);
    }
}
