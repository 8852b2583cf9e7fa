package io.geminid.state.gemini.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.state.gemini.snapshot.Compaction.Candidate;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** MS-17: a thousand checkpoints, and neither the number of files nor the work grows. */
class CompactionTest {

    private static final long LIVE = 1 << 30;
    private static final int CHECKPOINTS = 1_000;

    @RegisterExtension final Seed seed = new Seed();

    /** A file whose records die at random: what was not rewritten yet. */
    private static final class File {
        private final double bytes;
        private double alive;

        File(final double bytes) {
            this.bytes = bytes;
            this.alive = bytes;
        }
    }

    @Test
    void noHistoryGrows() {
        new PropertyRunner(seed, 40, 1_000)
                .check(
                        (random, size) -> {
                            // Of a thousand keys, how many change between two checkpoints.
                            final double share = (1 + random.nextInt(size)) / 1_000.0;
                            List<File> files = new ArrayList<>();
                            for (int i = 0; i < 64; i++) {
                                files.add(new File(LIVE / 64.0));
                            }
                            for (int i = 0; i < CHECKPOINTS; i++) {
                                final double died = Math.min(0.99, 2 * share * random.nextDouble());
                                final double added = live(files, 0) * died;
                                for (final File file : files) {
                                    file.alive *= 1 - died;
                                }
                                files.removeIf(file -> file.alive < 1);
                                final List<File> next = next(files, added);
                                files = next;
                                assertThat(files.size())
                                        .isLessThanOrEqualTo(
                                                Compaction.FILES_MAX + Compaction.JOINED);
                            }
                        });
    }

    private static List<File> next(final List<File> files, final double added) {
        final List<Candidate> candidates =
                files.stream().map(f -> new Candidate((long) f.bytes, (long) f.alive)).toList();
        final boolean[] anew =
                new Compaction((long) added, live(files, added))
                        .choose(candidates, new boolean[files.size()]);
        final List<File> next = new ArrayList<>();
        double work = 0;
        double run = 0;
        for (int i = 0; i < anew.length; i++) {
            if (anew[i]) {
                work += files.get(i).alive;
                run += files.get(i).alive;
            }
            if (run > 0 && (!anew[i] || run >= LIVE / 64.0)) {
                next.add(new File(run));
                run = 0;
            }
            if (!anew[i]) {
                next.add(files.get(i));
            }
        }
        // Joining costs at most the share of the smallest neighbours, beside the work for space.
        assertThat(work)
                .isLessThanOrEqualTo(
                        Math.max(added, live(files, added) / 8.0)
                                + 4.0 * live(files, added) / Compaction.JOINED
                                + run);
        next.add(new File(added + run));
        return next;
    }

    private static long live(final List<File> files, final double added) {
        return (long) (added + files.stream().mapToDouble(file -> file.alive).sum());
    }
}
