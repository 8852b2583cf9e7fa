package io.geminid.flink;

import io.geminid.config.ConfigException;
import io.geminid.shuffle.transport.link.JobToken;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What lets a process read partitions of a TaskManager: a token made from a text that all
 * TaskManagers have in their configuration. The text itself is never sent and never logged.
 */
final class DataPortSecret {

    /** Shorter ones can be tried out. */
    static final int LENGTH_MIN = 16;

    private static final String ALGORITHM = "HmacSHA256";

    /** So that the token is of no use where else the same text may be a secret. */
    private static final byte[] PURPOSE =
            "geminid flink data port 1".getBytes(StandardCharsets.US_ASCII);

    private DataPortSecret() {}

    /**
     * The token of a secret.
     *
     * @param secret as configured; empty: everybody is let in
     * @throws ConfigException if it is too short; does not repeat it
     */
    static JobToken token(final String secret) {
        if (secret.isEmpty()) {
            return JobToken.NONE;
        }
        if (secret.length() < LENGTH_MIN) {
            throw new ConfigException(
                    FlinkShuffleOptions.SECRET
                            + " has characters="
                            + secret.length()
                            + ", at least "
                            + LENGTH_MIN
                            + " are needed: openssl rand -hex 32 makes a good one");
        }
        try {
            final Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return JobToken.of(mac.doFinal(PURPOSE), new SecureRandom());
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("algorithm=" + ALGORITHM, e);
        }
    }
}
