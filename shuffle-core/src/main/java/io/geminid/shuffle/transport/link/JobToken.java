package io.geminid.shuffle.transport.link;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the processes of a job know and nobody else does: 256 bits. It is never sent; each end of a
 * connection proves that it knows it, by a code over what both have said, of which random bytes of
 * the other end are a part. So a proof cannot be used twice, nor by the end that it came from.
 *
 * <p>It lets processes in. It neither hides nor protects what they send afterwards. Immutable; any
 * thread.
 */
public final class JobToken {

    /** No token: everybody is let in. */
    public static final JobToken NONE = new JobToken(null, null, null);

    /** Bytes of a token. */
    public static final int LENGTH_BYTES = 32;

    /** Bytes of a challenge. */
    static final int CHALLENGE_BYTES = 32;

    /** Bytes of a proof. */
    static final int PROOF_BYTES = 32;

    /** Bytes of a token's name. */
    static final int ID_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] ID = "geminid token id 1".getBytes(StandardCharsets.US_ASCII);

    /** Which end proves. In the code, so that no proof can be sent back to whom it came from. */
    enum Prover {
        /** Who connected. */
        CONNECTOR("geminid connector 1"),
        /** Who accepted. */
        ACCEPTOR("geminid acceptor 1");

        private final byte[] label;

        Prover(final String label) {
            this.label = label.getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** The tokens that a process knows which serves many jobs. Any thread. */
    @FunctionalInterface
    public interface Ring {

        /**
         * Looks a token up, on a connection's thread.
         *
         * @param id see {@link JobToken#id}; 32 hexadecimal digits, whatever a peer sent
         * @return the token's bytes; null if it is not known
         */
        byte[] find(String id);
    }

    private final byte[] key;
    private final RandomGenerator random;
    private final Ring ring;
    private final byte[] id;

    private JobToken(final byte[] key, final RandomGenerator random, final Ring ring) {
        this.key = key;
        this.random = random;
        this.ring = ring;
        this.id = key == null ? new byte[0] : Arrays.copyOf(code(ID), ID_BYTES);
    }

    /**
     * A token.
     *
     * @param bytes {@link #LENGTH_BYTES} secret and random bytes; copied
     * @param random for challenges; secure, and usable by any thread
     * @return the token
     */
    public static JobToken of(final byte[] bytes, final RandomGenerator random) {
        if (bytes.length != LENGTH_BYTES) {
            throw new IllegalArgumentException(
                    "tokenBytes=" + bytes.length + " expected=" + LENGTH_BYTES);
        }
        return new JobToken(bytes.clone(), Objects.requireNonNull(random, "random"), null);
    }

    /**
     * For a process that serves many jobs and connects to nobody: it lets in who knows one of its
     * tokens, and who names none. What each may read is to be decided by {@link #id}.
     *
     * @param ring its tokens
     * @param random for challenges; secure, and usable by any thread
     * @return what lets in
     */
    public static JobToken ofRing(final Ring ring, final RandomGenerator random) {
        return new JobToken(
                null,
                Objects.requireNonNull(random, "random"),
                Objects.requireNonNull(ring, "ring"));
    }

    /**
     * The token's name, which tells nothing of it: whoever connects says it, so that a process with
     * many tokens knows which one is meant.
     *
     * @return 32 hexadecimal digits; empty for a ring, and for {@link #NONE}
     */
    public String id() {
        return HexFormat.of().formatHex(id);
    }

    /**
     * The secret, to be kept where nobody else reads.
     *
     * @return {@link #LENGTH_BYTES}
     */
    public byte[] toBytes() {
        return key.clone();
    }

    /** The one that a peer means; null if it is not known. */
    JobToken named(final byte[] named) {
        if (ring == null) {
            return key != null && MessageDigest.isEqual(named, id) ? this : null;
        }
        final byte[] found = ring.find(HexFormat.of().formatHex(named));
        return found == null ? null : of(found, random);
    }

    /** Whether who names no token is let in. */
    boolean admitsAnybody() {
        return key == null;
    }

    byte[] idBytes() {
        return id.clone();
    }

    /** Whether peers must know it. */
    boolean isSet() {
        return key != null;
    }

    byte[] challenge() {
        final byte[] bytes = new byte[CHALLENGE_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The code by which an end proves that it knows the token. */
    byte[] proof(final Prover prover, final byte[] hello, final byte[] welcome) {
        // The length, so that no byte can belong to either.
        final byte[] length = ByteBuffer.allocate(Integer.BYTES).putInt(0, hello.length).array();
        return code(prover.label, length, hello, welcome);
    }

    private byte[] code(final byte[]... parts) {
        try {
            final Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            for (final byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("algorithm=" + ALGORITHM, e);
        }
    }

    /** Takes the same time wherever two proofs differ. */
    static boolean isSame(final byte[] proof, final byte[] expected) {
        return MessageDigest.isEqual(proof, expected);
    }

    /** Hides it. */
    @Override
    public String toString() {
        return key == null && ring == null ? "token=none" : "token=(hidden)";
    }
}
