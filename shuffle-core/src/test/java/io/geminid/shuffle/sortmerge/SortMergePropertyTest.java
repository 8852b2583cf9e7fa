package io.geminid.shuffle.sortmerge;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.SegmentPool;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.event.EndOfData;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.event.UserEvent;
import io.geminid.shuffle.sortmerge.StoreFixture.Bytes;
import io.geminid.shuffle.sortmerge.StoreFixture.Reader;
import io.geminid.shuffle.sortmerge.format.BlockCodec;
import io.geminid.shuffle.sortmerge.format.PartitionIndex;
import io.geminid.shuffle.sortmerge.read.PartitionVerifier;
import io.geminid.shuffle.sortmerge.write.SortMergeResultPartition;
import io.geminid.shuffle.sortmerge.write.WriteOptions;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Any interleaving of records and events, of any sizes, against lists in memory. */
class SortMergePropertyTest {

    private static final int SEGMENT = PoolExtension.SEGMENT_BYTES;

    @RegisterExtension final PoolExtension pools = new PoolExtension();
    @RegisterExtension final Seed seed = new Seed();
    @TempDir Path root;

    /** One partition and what should be in it. */
    private final class Case implements AutoCloseable {

        final Random random;
        final StoreFixture fixture;
        final int subpartitions;
        final SortMergeResultPartition partition;
        final List<List<Object>> expected = new ArrayList<>();
        final long[] records;
        final long[] bytes;
        boolean broadcastOnly;

        Case(final Random random, final String name) throws IOException {
            this.random = random;
            this.subpartitions = 1 + random.nextInt(random.nextInt(5) == 0 ? 60 : 6);
            final int writeSegments = 4 + random.nextInt(24);
            final int readSegments = 1 + random.nextInt(6);
            final SegmentPool pool = pools.pool(writeSegments + readSegments);
            final Path own = root.resolve(name);
            java.nio.file.Files.createDirectories(own);
            this.fixture = new StoreFixture(own, pool, readSegments);
            final BlockCodec codec = BlockCodec.values()[random.nextInt(3)];
            this.partition =
                    fixture.partition(
                            StoreFixture.ID,
                            subpartitions,
                            writeSegments,
                            new WriteOptions(codec, random.nextInt(8) == 0));
            this.records = new long[subpartitions];
            this.bytes = new long[subpartitions];
            for (int i = 0; i < subpartitions; i++) {
                expected.add(new ArrayList<>());
            }
        }

        byte[] record() {
            final int length =
                    switch (random.nextInt(12)) {
                        case 0 -> 0;
                        case 1 -> SEGMENT - 40 + random.nextInt(80);
                        case 2 -> random.nextInt(40) == 0 ? random.nextInt(200_000) : 1;
                        case 3 -> 500 + random.nextInt(40);
                        default -> random.nextInt(200);
                    };
            final byte[] record = new byte[length];
            if (random.nextBoolean()) {
                random.nextBytes(record);
            } else {
                java.util.Arrays.fill(record, (byte) random.nextInt());
            }
            return record;
        }

        void write(final int steps) throws InterruptedException {
            broadcastOnly = random.nextInt(4) == 0;
            for (int i = 0; i < steps; i++) {
                final int what = random.nextInt(30);
                if (what == 0) {
                    event();
                } else if (partition.writesBroadcastOnce()
                        && (broadcastOnly || what == 1 || i < 3 && random.nextBoolean())) {
                    broadcast();
                } else if (!broadcastOnly) {
                    final int to = random.nextInt(subpartitions);
                    final byte[] record = record();
                    StoreFixture.emit(partition, to, record);
                    expect(to, record);
                }
            }
        }

        private void expect(final int to, final byte[] record) {
            expected.get(to).add(new Bytes(record));
            records[to]++;
            bytes[to] += record.length;
        }

        private void broadcast() throws InterruptedException {
            final byte[] record = record();
            final RecordOutput out = partition.beginBroadcast();
            out.putBytes(record, 0, record.length);
            partition.endRecord();
            for (int i = 0; i < subpartitions; i++) {
                expect(i, record);
            }
        }

        private void event() {
            final UserEvent event =
                    new UserEvent(random.nextInt(), random.nextLong(), random.nextBoolean());
            if (broadcastOnly || random.nextBoolean()) {
                partition.broadcastEvent(event, false);
                expected.forEach(each -> each.add(event));
            } else {
                final int to = random.nextInt(subpartitions);
                partition.emitEvent(to, event);
                expected.get(to).add(event);
            }
        }

        void end() {
            final boolean told = random.nextInt(4) > 0;
            final EndOfData end = new EndOfData(random.nextBoolean());
            if (told) {
                partition.broadcastEvent(end, false);
            }
            partition.finish();
            partition.close();
            for (final List<Object> each : expected) {
                if (told) {
                    each.add(end);
                }
                each.add(new EndOfPartition());
            }
        }

        @Override
        public void close() {
            partition.close();
            fixture.close();
            fixture.pool.close();
        }
    }

    private int caseNumber;

    private Case newCase(final Random random) throws IOException {
        return new Case(random, "case" + caseNumber++);
    }

    /** INV B1, B7: complete, each record once, in order; from any number of readers at once. */
    @Test
    void whatIsReadIsWhatWasWritten() {
        new PropertyRunner(seed, 24, 2_000)
                .check(
                        (random, size) -> {
                            try (Case one = newCase(random)) {
                                one.write(one.subpartitions > 6 ? size / 16 : size);
                                one.end();
                                readInterleaved(one);
                                checkIndex(one);
                            }
                        });
    }

    /** Readers of all subpartitions, some twice, in any order, with fewer segments than readers. */
    private static void readInterleaved(final Case one) throws Exception {
        final List<Reader> readers = new ArrayList<>();
        final List<Integer> subpartition = new ArrayList<>();
        for (int i = 0; i < one.subpartitions; i++) {
            for (int copies = one.random.nextInt(3) == 0 ? 2 : 1; copies > 0; copies--) {
                final int at = one.random.nextInt(readers.size() + 1);
                readers.add(at, one.fixture.reader(i));
                subpartition.add(at, i);
            }
        }
        final List<Reader> open = new ArrayList<>(readers);
        while (!open.isEmpty()) {
            final Reader next = open.get(one.random.nextInt(open.size()));
            int steps = 1 + one.random.nextInt(4);
            while (!next.finished && steps > 0 && next.step()) {
                steps--;
            }
            if (next.finished) {
                open.remove(next);
                next.close();
            } else if (steps > 0 && one.random.nextInt(4) == 0) {
                next.await();
            }
        }
        for (int i = 0; i < readers.size(); i++) {
            assertThat(readers.get(i).elements)
                    .as("subpartition=%d", subpartition.get(i))
                    .isEqualTo(one.expected.get(subpartition.get(i)));
        }
    }

    private static void checkIndex(final Case one) throws Exception {
        final PartitionIndex index =
                PartitionVerifier.verify(one.fixture.files(StoreFixture.ID)).index();
        for (int i = 0; i < one.subpartitions; i++) {
            assertThat(index.recordsOf(i)).isEqualTo(one.records[i]);
            assertThat(index.bytesOf(i)).isEqualTo(one.bytes[i]);
        }
        assertThat(one.fixture.filesLeft()).hasSize(2);
        assertThat(one.fixture.files(StoreFixture.ID).data()).hasSize(index.dataBytes());
    }

    /** A range gives the records of each of its subpartitions in order, region by region. */
    @Test
    void aRangeIsReadAsOne() {
        new PropertyRunner(seed, 24, 2_000)
                .check(
                        (random, size) -> {
                            try (Case one = newCase(random)) {
                                for (int i = 0; i < size; i++) {
                                    final int to = random.nextInt(one.subpartitions);
                                    final byte[] record = new byte[8 + random.nextInt(100)];
                                    record[0] = (byte) to;
                                    record[1] = (byte) i;
                                    record[2] = (byte) (i >> 8);
                                    StoreFixture.emit(one.partition, to, record);
                                    one.expect(to, record);
                                }
                                one.partition.finish();
                                readRange(one, random);
                            }
                        });
    }

    private static void readRange(final Case one, final Random random) throws Exception {
        final int first = random.nextInt(one.subpartitions);
        final int last = first + random.nextInt(one.subpartitions - first);
        final Reader reader =
                new Reader(one.fixture.stored, StoreFixture.ID, new SubpartitionRange(first, last));
        final List<Object> read;
        try {
            read = readRecordsOfRange(reader);
        } finally {
            reader.close();
        }
        for (int i = first; i <= last; i++) {
            final int subpartition = i;
            assertThat(
                            read.stream()
                                    .filter(each -> ((Bytes) each).bytes()[0] == subpartition)
                                    .toList())
                    .isEqualTo(one.expected.get(i));
        }
    }

    /** Only whole records: a record that goes on in the next region cannot be told in a range. */
    private static List<Object> readRecordsOfRange(final Reader reader) throws Exception {
        final List<Object> all = new ArrayList<>(reader.readAll());
        all.removeIf(each -> !(each instanceof Bytes));
        return all;
    }
}
