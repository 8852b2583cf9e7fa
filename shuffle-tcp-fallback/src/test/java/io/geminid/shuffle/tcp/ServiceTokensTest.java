package io.geminid.shuffle.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.KeptJob;
import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.ShuffleMasterContext;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.gate.InputChannelException;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.partition.ResultPartition;
import io.geminid.shuffle.record.RawRecordReader;
import io.geminid.shuffle.record.ReadStatus;
import io.geminid.shuffle.service.ShuffleOptions;
import io.geminid.shuffle.service.ShuffleServer;
import io.geminid.shuffle.service.StandardShuffleMaster;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import io.geminid.shuffle.sortmerge.write.WriteOptions;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A shuffle service and the workers of several clusters, each with a token of its own (S-06). */
class ServiceTokensTest {

    private static final int SUBPARTITIONS = 5;
    private static final int RECORDS = 2_000;

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();
    @TempDir Path root;

    private ShuffleServer server;
    private final JobToken token = token();
    private final List<Worker> workers = new ArrayList<>();

    private JobToken token() {
        final byte[] bytes = new byte[JobToken.LENGTH_BYTES];
        seed.random().nextBytes(bytes);
        return JobToken.of(bytes, seed.fork());
    }

    private GeminidProperties properties() {
        final List<ConfigKey<?>> keys = new ArrayList<>(SegmentPoolContext.KEYS);
        keys.addAll(ShuffleOptions.KEYS);
        keys.addAll(SortMergeOptions.KEYS);
        keys.addAll(TcpTransportContext.KEYS);
        return GeminidProperties.of(
                Map.of(
                        SortMergeOptions.SERVICE_DIRECTORY.name(), root.toString(),
                        SegmentPoolContext.MAX_BYTES.name(), "16mb",
                        ShuffleOptions.PARTITION_WAIT.name(), "100ms"),
                keys);
    }

    @BeforeEach
    void start() throws IOException {
        server =
                ShuffleServer.start(
                        new TcpShuffleServiceFactory(),
                        properties(),
                        new ShuffleServer.Terms(Duration.ofHours(1), WriteOptions.UNLIMITED));
    }

    @AfterEach
    void stop() throws IOException {
        workers.forEach(Worker::close);
        server.close();
    }

    private final class Worker implements AutoCloseable {

        final SegmentPool pool = pools.pool(256);
        final ShuffleEnvironment environment;
        private boolean closed;

        Worker(final JobToken known) throws IOException {
            environment =
                    new TcpShuffleServiceFactory()
                            .createShuffleEnvironment(
                                    new ShuffleEnvironmentContext(
                                                    new UUID(1, seed.random().nextLong()),
                                                    properties(),
                                                    pool,
                                                    System::nanoTime)
                                            .withToken(known));
            environment.start();
            workers.add(this);
        }

        /** Record i goes to subpartition i modulo their count. */
        void write(final long job) throws InterruptedException {
            try (ResultPartition partition =
                    environment.createResultPartition("producer", descriptor(job))) {
                for (int i = 0; i < RECORDS; i++) {
                    final RecordOutput out = partition.beginRecord(i % SUBPARTITIONS);
                    out.putLong(i);
                    partition.endRecord();
                }
                partition.notifyEndOfData();
                partition.finish();
            }
        }

        List<Long> read(final long job, final SubpartitionRange range) throws Exception {
            final ShuffleDescriptor descriptor =
                    new ShuffleDescriptor("tcp", descriptor(job), null, server.address());
            final List<Long> records = new ArrayList<>();
            try (InputGate gate =
                            environment.createInputGate(
                                    "consumer",
                                    List.of(new SubpartitionSource(descriptor, range)));
                    RawRecordReader reader = new RawRecordReader(gate, 1 << 20)) {
                gate.requestPartitions();
                final Semaphore available = new Semaphore(0);
                while (!gate.isFinished()) {
                    final ReadStatus status = reader.next();
                    if (status == ReadStatus.RECORD) {
                        records.add(reader.record().getLong());
                    } else if (status == ReadStatus.NOTHING
                            && gate.awaitAvailable(available::release)) {
                        assertThat(available.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
                    }
                }
            }
            return records;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                environment.close();
                pool.close();
            }
        }
    }

    private static PartitionDescriptor descriptor(final long job) {
        return new PartitionDescriptor(
                new ResultPartitionId(job, 1, 0, 0), ResultPartitionType.BLOCKING, SUBPARTITIONS);
    }

    private static List<Long> expected(final int first, final int last) {
        return LongStream.range(0, RECORDS)
                .filter(i -> i % SUBPARTITIONS >= first && i % SUBPARTITIONS <= last)
                .boxed()
                .toList();
    }

    @Test
    void whoKnowsTheTokenReadsAlsoAfterTheWriterIsGone() throws Exception {
        final Worker writer = new Worker(token);
        writer.write(7);
        writer.close();
        assertThat(new Worker(token).read(7, SubpartitionRange.of(3))).isEqualTo(expected(3, 3));
    }

    /** A service that was started again knows the tokens of the jobs that are there. */
    @Test
    void aServiceThatStartsAgainKnowsTheTokens() throws Exception {
        new Worker(token).write(7);
        server.close();
        start();
        assertThat(new Worker(token).read(7, SubpartitionRange.of(3))).isEqualTo(expected(3, 3));
        refused(new Worker(JobToken.NONE), 7, "not found");
    }

    @Test
    void neighboursAreReadInOneChannel() throws Exception {
        new Worker(token).write(7);
        final List<Long> read = new Worker(token).read(7, new SubpartitionRange(1, 3));
        assertThat(read).containsExactlyInAnyOrderElementsOf(expected(1, 3));
        for (int i = 1; i <= 3; i++) {
            final int one = i;
            assertThat(read.stream().filter(value -> value % SUBPARTITIONS == one))
                    .containsExactlyElementsOf(expected(i, i));
        }
    }

    /** The answer is the one for a partition that is not there, and tells nothing else. */
    @Test
    void anotherJobsTokenOpensNothing() throws Exception {
        new Worker(token).write(7);
        final Worker other = new Worker(token());
        other.write(8);
        assertThat(other.read(8, SubpartitionRange.of(0))).isEqualTo(expected(0, 0));
        final String hidden = refused(other, 7, "not found");
        assertThat(refused(other, 6, "not found"))
                .isEqualTo(hidden.replace("partition=7/", "partition=6/"));
    }

    @Test
    void whoKnowsNoTokenOpensOnlyWhatIsAnybodys() throws Exception {
        new Worker(token).write(7);
        final Worker stranger = new Worker(JobToken.NONE);
        refused(stranger, 7, "not found");
        new Worker(JobToken.NONE).write(9);
        assertThat(stranger.read(9, SubpartitionRange.of(1))).isEqualTo(expected(1, 1));
    }

    @Test
    void aTokenThatTheServiceDoesNotKnowIsRefused() throws Exception {
        new Worker(token).write(7);
        refused(new Worker(token()), 7, "BAD_TOKEN");
    }

    /**
     * INV B9: a cluster that takes a job over reads what another one has written; that one does
     * not.
     */
    @Test
    void whoTakesAJobOverReadsItAndNobodyElse() throws Exception {
        new Worker(token).write(7);
        new Worker(token).write(8);
        final JobToken next = token();
        try (StandardShuffleMaster master =
                        new StandardShuffleMaster(
                                "tcp", new ShuffleMasterContext(properties(), next));
                KeptJob kept = master.openJob(7)) {
            assertThat(kept.isComplete(descriptor(7))).isTrue();
            assertThat(new Worker(next).read(7, SubpartitionRange.of(3))).isEqualTo(expected(3, 3));
            refused(new Worker(next), 8, "not found");
            refused(new Worker(token), 7, "not found");
            assertThat(new Worker(token).read(8, SubpartitionRange.of(3)))
                    .isEqualTo(expected(3, 3));
            refused(new Worker(JobToken.NONE), 7, "not found");
        }
    }

    private static String refused(final Worker reader, final long job, final String why) {
        final String[] message = new String[1];
        assertThatThrownBy(() -> reader.read(job, SubpartitionRange.of(0)))
                .isInstanceOf(InputChannelException.class)
                .hasMessageContaining(why)
                .satisfies(e -> message[0] = e.getMessage());
        return message[0];
    }

    /** S-03, S-21: secrets are where only their owner reads. */
    @Test
    void onlyTheOwnerReadsTheTokens() throws Exception {
        new Worker(token).write(7);
        final List<Path> tokens;
        try (Stream<Path> all = Files.walk(root)) {
            tokens = all.filter(f -> f.getFileName().toString().startsWith("token-")).toList();
        }
        assertThat(tokens).hasSize(1);
        assertThat(Files.readAllBytes(tokens.get(0))).isEqualTo(token.toBytes());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tokens.get(0))))
                .isEqualTo("rw-------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(tokens.get(0).getParent())))
                .isEqualTo("rwx------");
    }
}
