package io.geminid.runtime.cluster.message;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.transport.link.JobToken;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that lets a process be a worker of a cluster: 256 random bits, new for each cluster.
 * Never in an argument, a log or a message of an exception; {@link #toString()} hides it.
 */
public final class ControlToken {

    /** Bytes of a token. */
    public static final int LENGTH_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] SHUFFLE = "geminid shuffle 1".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;

    private ControlToken(final byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Draws a token.
     *
     * @param random a secure source
     * @return a new token
     */
    public static ControlToken random(final RandomGenerator random) {
        final byte[] bytes = new byte[LENGTH_BYTES];
        random.nextBytes(bytes);
        return new ControlToken(bytes);
    }

    /**
     * Reads what {@link #toHex()} gave.
     *
     * @param hex 64 hexadecimal digits
     * @return the token
     * @throws IllegalArgumentException if it is anything else; does not repeat it
     */
    public static ControlToken ofHex(final String hex) {
        if (hex.length() != 2 * LENGTH_BYTES) {
            throw new IllegalArgumentException("tokenDigits=" + hex.length() + " expected=64");
        }
        try {
            return new ControlToken(HexFormat.of().parseHex(hex));
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("token is not hexadecimal");
        }
    }

    /**
     * The secret, to be handed to a worker in private.
     *
     * @return 64 hexadecimal digits
     */
    public String toHex() {
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * What the workers' connections with each other are let in by: made from this secret, so that
     * every worker has it, and from it nobody gets this one.
     *
     * @param random for challenges; secure
     * @return the same for every worker of the cluster
     */
    public JobToken shuffleToken(final RandomGenerator random) {
        try {
            final Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(bytes, ALGORITHM));
            return JobToken.of(mac.doFinal(SHUFFLE), random);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("algorithm=" + ALGORITHM, e);
        }
    }

    void write(final RecordOutput out) {
        out.putBytes(bytes, 0, LENGTH_BYTES);
    }

    static ControlToken read(final RecordInput in) {
        final byte[] bytes = new byte[LENGTH_BYTES];
        in.getBytes(bytes, 0, LENGTH_BYTES);
        return new ControlToken(bytes);
    }

    /** Takes the same time wherever two tokens differ. */
    @Override
    public boolean equals(final Object other) {
        return other instanceof ControlToken token && MessageDigest.isEqual(bytes, token.bytes);
    }

    /** One value for all: a hash would tell bits of the secret. */
    @Override
    public int hashCode() {
        return LENGTH_BYTES;
    }

    @Override
    public String toString() {
        return "token=(hidden)";
    }
}
