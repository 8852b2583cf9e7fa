package io.geminid.flink.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.flink.state.KeyedBackends.Kind;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.checkpoint.CheckpointType;
import org.apache.flink.runtime.state.CheckpointableKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** State that goes from backend to backend by canonical savepoints, and on. */
class SavepointHopsTest {

    private static final int CASES = 6;
    private static final int OPERATIONS_MAX = 4_000;
    private static final KeyGroupRange ALL = KeyGroupRange.of(0, KeyedBackends.GROUPS - 1);

    @RegisterExtension final Seed seed = new Seed();
    @TempDir Path directory;

    @Test
    void everyHopKeepsEverything() throws Exception {
        new PropertyRunner(seed, CASES, OPERATIONS_MAX).check(this::hop);
    }

    private void hop(final Random random, final int size) throws Exception {
        final List<Kind> hops = List.of(Kind.ROCKSDB, Kind.GEMINI, Kind.HEAP, Kind.GEMINI);
        List<KeyedStateHandle> from = List.of();
        Map<String, Object> before = null;
        long changes = random.nextLong();
        try (KeyedBackends backends = new KeyedBackends(directory.resolve("hop" + changes))) {
            for (int i = 0; i < hops.size(); i++) {
                final CheckpointableKeyedStateBackend<String> backend =
                        backends.open(hops.get(i), StringSerializer.INSTANCE, ALL, from);
                final EveryKind states = new EveryKind(backend, false);
                if (before != null) {
                    assertThat(difference(states.dump(), before))
                            .as("hop %s to %s", i, hops.get(i))
                            .isEmpty();
                }
                states.change(new Random(changes), size);
                changes++;
                before = states.dump();
                from = List.of(backends.canonical(backend, i + 1));
                // What comes after the savepoint is not in it.
                assertThat(difference(states.dump(), before)).isEmpty();
                backends.close(backend);
            }
        }
    }

    @Test
    void sameOperationsLeaveTheSame() throws Exception {
        new PropertyRunner(seed, CASES, OPERATIONS_MAX)
                .check(
                        (random, size) -> {
                            final long changes = random.nextLong();
                            final List<Map<String, Object>> dumps = new ArrayList<>();
                            final Path own = directory.resolve("same" + changes);
                            try (KeyedBackends backends = new KeyedBackends(own)) {
                                for (final Kind kind : Kind.values()) {
                                    final EveryKind states =
                                            new EveryKind(
                                                    backends.open(
                                                            kind,
                                                            StringSerializer.INSTANCE,
                                                            ALL,
                                                            List.of()),
                                                    true);
                                    states.change(new Random(changes), size);
                                    dumps.add(states.dump());
                                }
                            }
                            assertThat(difference(dumps.get(0), dumps.get(1))).isEmpty();
                            assertThat(difference(dumps.get(0), dumps.get(2))).isEmpty();
                        });
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = "GEMINI", mode = EnumSource.Mode.EXCLUDE)
    void checkpointsOfOthersAreRefused(final Kind other) throws Exception {
        try (KeyedBackends backends = new KeyedBackends(directory.resolve("others"))) {
            final var theirs = backends.open(other, StringSerializer.INSTANCE, ALL, List.of());
            new EveryKind(theirs, true).change(seed.random(), OPERATIONS_MAX);
            final KeyedStateHandle handle = backends.snapshot(theirs, 1, CheckpointType.CHECKPOINT);
            assertThatThrownBy(
                            () ->
                                    backends.open(
                                            Kind.GEMINI,
                                            StringSerializer.INSTANCE,
                                            ALL,
                                            List.of(handle)))
                    .hasMessageContaining("in canonical format with that backend");
        }
    }

    /** Incremental checkpoints, one after the other, of backends that are split and joined. */
    @Test
    void checkpointsSurviveRescaling() throws Exception {
        new PropertyRunner(seed, CASES, OPERATIONS_MAX).check(this::rescale);
    }

    private void rescale(final Random random, final int size) throws Exception {
        List<KeyedStateHandle> from = List.of();
        Map<String, Object> before = null;
        long changes = random.nextLong();
        long id = 0;
        try (KeyedBackends backends = new KeyedBackends(directory.resolve("scale" + changes))) {
            for (final int parallelism : new int[] {1, 3, 3, 2, 1}) {
                final List<KeyedStateHandle> handles = new ArrayList<>();
                final Map<String, Object> restored = new TreeMap<>();
                final Map<String, Object> after = new TreeMap<>();
                final List<CheckpointableKeyedStateBackend<String>> opened = new ArrayList<>();
                final long last = id + 3;
                for (int i = 0; i < parallelism; i++) {
                    final KeyGroupRange range =
                            KeyGroupRange.of(
                                    i * KeyedBackends.GROUPS / parallelism,
                                    (i + 1) * KeyedBackends.GROUPS / parallelism - 1);
                    final CheckpointableKeyedStateBackend<String> backend =
                            backends.open(Kind.GEMINI, StringSerializer.INSTANCE, range, from);
                    opened.add(backend);
                    final EveryKind states = new EveryKind(backend, true);
                    merge(restored, states.dump());
                    KeyedStateHandle handle = null;
                    for (long checkpoint = id + 1; checkpoint <= last; checkpoint++) {
                        states.change(new Random(changes + checkpoint), size / 3 + 1);
                        handle = backends.checkpoint(backend, checkpoint);
                        if (random.nextBoolean()) {
                            ((GeminiKeyedStateBackend<String>) backend)
                                    .notifyCheckpointComplete(checkpoint);
                        }
                    }
                    handles.add(handle);
                    merge(after, states.dump());
                    states.change(random, size / 3 + 1); // not in the checkpoint
                }
                if (before != null) {
                    assertThat(difference(restored, before))
                            .as("parallelism %s", parallelism)
                            .isEmpty();
                }
                before = after;
                from = handles;
                id = last;
                backends.registry().unregisterUnusedState(last);
                for (final var backend : opened) {
                    backends.close(backend);
                }
            }
        }
    }

    /** What is not the same in both, for a message that can be read. */
    private static Map<String, String> difference(
            final Map<String, Object> found, final Map<String, Object> expected) {
        final Set<String> names = new TreeSet<>(found.keySet());
        names.addAll(expected.keySet());
        final Map<String, String> different = new TreeMap<>();
        for (final String name : names) {
            if (!Objects.equals(found.get(name), expected.get(name))) {
                different.put(name, found.get(name) + " expected " + expected.get(name));
            }
        }
        return different;
    }

    private static void merge(final Map<String, Object> all, final Map<String, Object> some) {
        final int timers = (int) some.remove("timers") + (int) all.getOrDefault("timers", 0);
        all.putAll(some);
        all.put("timers", timers);
    }
}
