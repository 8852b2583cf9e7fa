package io.geminid.shuffle.transport.link;

import io.geminid.shuffle.transport.link.JobToken.Prover;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.Handshake;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The payloads of a link's handshake. With a token, HELLO carries a challenge and the token's name,
 * WELCOME a challenge and a proof, and PROOF the other end's proof; each proof covers all that was
 * said before it.
 *
 * <p>Used by the connection's thread only.
 */
final class Greetings {

    private static final int CHALLENGED_BYTES = Handshake.LENGTH_BYTES + JobToken.CHALLENGE_BYTES;
    private static final int HELLO_BYTES = CHALLENGED_BYTES + JobToken.ID_BYTES;
    private static final int WELCOME_BYTES = CHALLENGED_BYTES + JobToken.PROOF_BYTES;

    private final Handshake self;

    /** Of a ring, the one that the peer named. */
    private JobToken token;

    // As sent and received; the welcome without its proof.
    private byte[] hello = new byte[0];
    private byte[] welcome = new byte[0];

    Greetings(final LinkContext context) {
        self = context.self();
        token = context.token();
    }

    /** Whether the ends prove that they know a token. */
    boolean proves() {
        return token.isSet();
    }

    /** The token that the ends prove to know; empty if there is none. */
    String tokenId() {
        return token.id();
    }

    /** What to send. */
    ByteBuffer payload(final FrameType type) {
        return ByteBuffer.wrap(
                switch (type) {
                    case HELLO -> hello = hello();
                    case WELCOME -> welcome();
                    default -> token.proof(Prover.CONNECTOR, hello, welcome);
                });
    }

    private byte[] hello() {
        final byte[] all = own(JobToken.CHALLENGE_BYTES + JobToken.ID_BYTES);
        if (proves()) {
            System.arraycopy(token.idBytes(), 0, all, CHALLENGED_BYTES, JobToken.ID_BYTES);
        }
        return all;
    }

    private byte[] welcome() {
        final byte[] all = own(JobToken.CHALLENGE_BYTES + JobToken.PROOF_BYTES);
        if (proves()) {
            welcome = Arrays.copyOf(all, CHALLENGED_BYTES);
            final byte[] proof = token.proof(Prover.ACCEPTOR, hello, welcome);
            System.arraycopy(proof, 0, all, CHALLENGED_BYTES, JobToken.PROOF_BYTES);
        }
        return all;
    }

    private byte[] own(final int extensionBytes) {
        if (!proves()) {
            final byte[] plain = new byte[Handshake.LENGTH_BYTES];
            self.encode(wrap(plain), 0);
            return plain;
        }
        final byte[] bytes = new byte[Handshake.LENGTH_BYTES + extensionBytes];
        self.withFeatures(self.features() | Handshake.FEATURE_PROVES)
                .encode(wrap(bytes), 0, extensionBytes);
        System.arraycopy(
                token.challenge(), 0, bytes, Handshake.LENGTH_BYTES, JobToken.CHALLENGE_BYTES);
        return bytes;
    }

    private static ByteBuffer wrap(final byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A challenge has come; false if it is none, or one that nobody here can answer. */
    boolean onHello(final ByteBuffer payload, final Handshake their) {
        hello = copy(payload);
        if (!their.proves()) {
            final boolean admitted = token.admitsAnybody();
            token = JobToken.NONE;
            return admitted;
        }
        if (hello.length != HELLO_BYTES) {
            return false;
        }
        final JobToken named =
                token.named(Arrays.copyOfRange(hello, CHALLENGED_BYTES, HELLO_BYTES));
        token = named == null ? JobToken.NONE : named;
        return named != null;
    }

    /** The answer has come; false if it does not prove that the token is known. */
    boolean onWelcome(final ByteBuffer payload, final Handshake their) {
        final byte[] all = copy(payload);
        if (!proves() || !their.proves() || all.length != WELCOME_BYTES) {
            return proves() == their.proves() && !proves();
        }
        welcome = Arrays.copyOf(all, CHALLENGED_BYTES);
        return JobToken.isSame(
                Arrays.copyOfRange(all, CHALLENGED_BYTES, WELCOME_BYTES),
                token.proof(Prover.ACCEPTOR, hello, welcome));
    }

    /** The proof has come; false if it is none. */
    boolean onProof(final ByteBuffer payload) {
        return JobToken.isSame(copy(payload), token.proof(Prover.CONNECTOR, hello, welcome));
    }

    private static byte[] copy(final ByteBuffer payload) {
        final byte[] bytes = new byte[payload.remaining()];
        payload.get(payload.position(), bytes);
        return bytes;
    }
}
