package io.geminid.state.heap.cow;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.testing.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CowTableTest {

    @RegisterExtension private final Seed seed = new Seed();

    /** A key whose hash is one of a few. */
    private record Key(int id, int hashes) {
        @Override
        public int hashCode() {
            return id % hashes;
        }
    }

    /** A view, its version, and what was in the table when it was taken. */
    private record Taken(CowTable.View<Key, int[]> view, int version, Map<Key, Integer> then) {
        void requireUnchanged() {
            final Map<Key, Integer> seen = new HashMap<>();
            view.forEach((key, cell) -> assertThat(seen.put(key, cell[0])).isNull());
            assertThat(seen).isEqualTo(then);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 700, Integer.MAX_VALUE})
    void agreesWithAMapAndEveryViewWithItsMoment(final int hashes) {
        final Random random = seed.random();
        final CowVersions versions = new CowVersions();
        final CowTable<Key, int[]> table = new CowTable<>(versions);
        final Map<Key, Integer> model = new HashMap<>();
        final List<Taken> taken = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            final boolean growing = i % 20_000 < 10_000;
            final Key key = new Key(random.nextInt(hashes < 3 ? 500 : 5000), hashes);
            switch (random.nextInt(growing ? 5 : 9)) {
                case 0, 1, 2 -> {
                    final int[] before = table.put(key, new int[] {i});
                    assertThat(before == null ? null : (Integer) before[0])
                            .isEqualTo(model.put(key, i));
                }
                case 3 -> {
                    final int[] cell = table.own(key, int[]::clone);
                    assertThat(cell != null).isEqualTo(model.containsKey(key));
                    if (cell != null) {
                        cell[0] = -i;
                        model.put(key, -i);
                    }
                }
                case 4 -> {
                    final int[] cell = table.get(key);
                    assertThat(cell == null ? null : (Integer) cell[0]).isEqualTo(model.get(key));
                }
                default -> {
                    final int[] removed = table.remove(key);
                    assertThat(removed == null ? null : (Integer) removed[0])
                            .isEqualTo(model.remove(key));
                }
            }
            assertThat(table.size()).isEqualTo(model.size());
            if (random.nextInt(1000) == 0) {
                final CowTable.View<Key, int[]> view = table.view();
                taken.add(new Taken(view, versions.begin(), new HashMap<>(model)));
            }
            if (random.nextInt(1000) == 0 && !taken.isEmpty()) {
                final Taken oldOrNew = taken.remove(random.nextInt(taken.size()));
                oldOrNew.requireUnchanged();
                versions.end(oldOrNew.version());
                versions.end(oldOrNew.version());
            }
        }
        taken.forEach(Taken::requireUnchanged);
    }

    @Test
    void whatNoSnapshotSeesIsNotCopied() {
        final CowVersions versions = new CowVersions();
        final CowTable<Integer, int[]> table = new CowTable<>(versions);
        final int[] cell = {1};
        table.put(1, cell);
        assertThat(table.own(1, int[]::clone)).isSameAs(cell);
        final int version = versions.begin();
        final int[] copy = table.own(1, int[]::clone);
        assertThat(copy).isNotSameAs(cell);
        assertThat(table.own(1, int[]::clone)).as("once a snapshot").isSameAs(copy);
        versions.end(version);
        versions.end(versions.begin());
        assertThat(table.own(1, int[]::clone)).isSameAs(copy);
    }
}
