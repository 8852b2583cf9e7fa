package io.geminid.perf.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.SegmentPool;
import io.geminid.perf.CommandRun;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.sortmerge.format.BlockCodec;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.format.PartitionIndex;
import io.geminid.shuffle.sortmerge.write.SortMergeResultPartition;
import io.geminid.shuffle.sortmerge.write.WriteOptions;
import io.geminid.testing.PoolExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The command on a directory of blocking partitions. */
class VerifyPartitionsTest {

    private static final ResultPartitionId ID = new ResultPartitionId(-5, 1, 2, 3);

    @RegisterExtension final PoolExtension pools = new PoolExtension();
    @TempDir Path root;

    private PartitionFiles write() throws InterruptedException {
        final SegmentPool pool = pools.pool(8);
        final PartitionFiles files = PartitionFiles.under(root, ID);
        final WriteOptions.Listener nobody =
                new WriteOptions.Listener() {
                    @Override
                    public void published(final ResultPartitionId id) {
                        assertThat(id).isEqualTo(ID);
                    }

                    @Override
                    public void closed(final SortMergeResultPartition partition) {
                        assertThat(partition.id()).isEqualTo(ID);
                    }
                };
        try (SortMergeResultPartition partition =
                new SortMergeResultPartition(
                        files,
                        new PartitionIndex(ID, 2, PoolExtension.SEGMENT_BYTES, BlockCodec.NONE),
                        pool.createLocalPool(new LocalPoolContext("write", 8, 8, 0)),
                        Runnable::run,
                        new SortMergeResultPartition.Setup(
                                new WriteOptions(BlockCodec.NONE, false), nobody))) {
            for (int i = 0; i < 1_000; i++) {
                partition.beginRecord(i % 2).putLong(i);
                partition.endRecord();
            }
            partition.finish();
        }
        return files;
    }

    @Test
    void aWholePartitionIsSound() throws Exception {
        final PartitionFiles files = write();
        Files.createFile(files.directory().resolve("1-2-4.data.part"));
        final CommandRun run = CommandRun.of("verify", root.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("partition=" + ID)
                .contains("unfinished   ")
                .contains("sound: partitions=1 ")
                .contains("unfinished=1");
    }

    @Test
    void aDamagedOneIsNamed() throws Exception {
        final PartitionFiles files = write();
        final byte[] bytes = Files.readAllBytes(files.data());
        bytes[200] ^= 4;
        Files.write(files.data(), bytes);
        final CommandRun run = CommandRun.of("verify", root.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("DAMAGED").contains(files.data().toString());
    }
}
