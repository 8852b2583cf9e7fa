package io.geminid.shuffle.transport.link;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
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
    public static final JobToken NONE = new JobToken(null, null);

    /** Bytes of a token. */
    public static final int LENGTH_BYTES = 32;

    /** Bytes of a challenge. */
    static final int CHALLENGE_BYTES = 32;

    /** Bytes of a proof. */
    static final int PROOF_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

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

    private final byte[] key;
    private final RandomGenerator random;

    private JobToken(final byte[] key, final RandomGenerator random) {
        this.key = key;
        this.random = random;
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
        return new JobToken(bytes.clone(), Objects.requireNonNull(random, "random"));
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
        try {
            final Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update(prover.label);
            // The lengths, so that no byte can belong to either.
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, hello.length));
            mac.update(hello);
            mac.update(welcome);
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
        return key == null ? "token=none" : "token=(hidden)";
    }
}
