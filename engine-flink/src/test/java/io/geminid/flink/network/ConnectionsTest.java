package io.geminid.flink.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.flink.network.Ends.Reader;
import io.geminid.flink.network.RandomBuffers.Element;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.runtime.io.network.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two ends of real connections, between buffers of a script and Flink's own input channels. */
class ConnectionsTest {

    private static final int BUFFER_BYTES = Ends.BUFFER_BYTES;

    @RegisterExtension final Seed seed = new Seed();

    @Test
    void whateverAPartitionGivesOutArrivesOnceInOrderAndUnchanged() {
        new PropertyRunner(seed, 12, 300)
                .check(
                        (random, size) -> {
                            final RandomBuffers sent =
                                    new RandomBuffers(random, BUFFER_BYTES, size);
                            try (Ends ends = new Ends(sent.buffers, "same", "same", 2)) {
                                ends.gate.requestPartitions();
                                for (final Element expected : sent.elements) {
                                    assertArrives(ends.next(), expected);
                                }
                            }
                            assertThat(sent.alive).hasValue(0);
                        });
    }

    /** As with {@code geminid.flink.transport: auto} where there is no RDMA. */
    @Test
    void everyFormArrivesOverSessions() {
        new PropertyRunner(seed, 6, 300)
                .check(
                        (random, size) -> {
                            final RandomBuffers sent =
                                    new RandomBuffers(random, BUFFER_BYTES, size);
                            try (Ends ends =
                                    new Ends(
                                            sent.buffers,
                                            "same",
                                            "same",
                                            random.nextInt(3),
                                            Ends::sessions)) {
                                ends.gate.requestPartitions();
                                for (final Element expected : sent.elements) {
                                    assertArrives(ends.next(), expected);
                                }
                            }
                            assertThat(sent.alive).hasValue(0);
                        });
    }

    @Test
    void aGateWithoutBuffersOfItsOwnGetsAll() {
        new PropertyRunner(seed, 4, 100)
                .check(
                        (random, size) -> {
                            final RandomBuffers sent =
                                    new RandomBuffers(random, BUFFER_BYTES, size);
                            try (Ends ends = new Ends(sent.buffers, "same", "same", 0)) {
                                ends.gate.requestPartitions();
                                for (final Element expected : sent.elements) {
                                    assertArrives(ends.next(), expected);
                                }
                            }
                            assertThat(sent.alive).hasValue(0);
                        });
    }

    @Test
    void aGateThatEndsEarlyGivesAllBack() {
        new PropertyRunner(seed, 8, 200)
                .check(
                        (random, size) -> {
                            final RandomBuffers sent =
                                    new RandomBuffers(random, BUFFER_BYTES, size);
                            try (Ends ends = new Ends(sent.buffers, "same", "same", 2)) {
                                ends.gate.requestPartitions();
                                final int some = random.nextInt(sent.elements.size() + 1);
                                for (int i = 0; i < some; i++) {
                                    assertArrives(ends.next(), sent.elements.get(i));
                                }
                            }
                            assertThat(sent.alive).hasValue(0);
                        });
    }

    // INV K10
    @Test
    void aGateThatEndsEarlyLeavesTheOthersOfItsConnectionAlone() {
        new PropertyRunner(seed, 8, 200)
                .check(
                        (random, size) -> {
                            final RandomBuffers dropped =
                                    new RandomBuffers(random, BUFFER_BYTES, size);
                            final RandomBuffers sent =
                                    new RandomBuffers(random, BUFFER_BYTES, size);
                            try (Ends ends = new Ends(sent.buffers, "same", "same", 2);
                                    Reader other = ends.reader(dropped.buffers, 2)) {
                                other.gate.requestPartitions();
                                ends.gate.requestPartitions();
                                final int early = random.nextInt(sent.elements.size() + 1);
                                for (int i = 0; i < sent.elements.size(); i++) {
                                    if (i == early) {
                                        other.end();
                                    }
                                    assertArrives(ends.next(), sent.elements.get(i));
                                }
                            }
                            assertThat(sent.alive).hasValue(0);
                            assertThat(dropped.alive).hasValue(0);
                        });
    }

    @Test
    void anotherVersionIsRefusedWithBothNames() throws Exception {
        try (Ends ends = new Ends(List.of(), "flink 2.3.0", "flink 2.2.1", 2)) {
            ends.gate.requestPartitions();
            assertThat(ends.failure())
                    .hasMessageContaining("here=\"flink 2.3.0\" there=\"flink 2.2.1\"");
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "1, 0", "0, 1"})
    void whoDoesNotKnowTheSecretIsRefused(final int here, final int there) throws Exception {
        final Iterator<Integer> secrets = List.of(here, there).iterator();
        try (Ends ends =
                new Ends(List.of(), "same", "same", 2, memory -> Ends.tcp(token(secrets.next())))) {
            ends.gate.requestPartitions();
            assertThat(ends.failure())
                    .hasStackTraceContaining("geminid.flink.secret must be the same");
            assertThat(ends.refusedForTheirToken()).isPositive();
        }
    }

    private static JobToken token(final int secret) {
        final byte[] bytes = new byte[JobToken.LENGTH_BYTES];
        Arrays.fill(bytes, (byte) secret);
        return secret == 0 ? JobToken.NONE : JobToken.of(bytes, new SecureRandom());
    }

    static void assertArrives(final Buffer arrived, final Element expected) {
        assertThat(arrived.getDataType()).isEqualTo(expected.type());
        assertThat(arrived.isCompressed()).isEqualTo(expected.compressed());
        final ByteBuffer bytes = arrived.getNioBufferReadable();
        assertThat(bytes).isEqualTo(expected.bytes());
        arrived.recycleBuffer();
    }
}
