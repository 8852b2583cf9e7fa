package io.geminid.state.checkpoint.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.serial.RecordFormatException;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Manifests come back as they were; other bytes give a format exception and nothing else. */
final class ManifestFuzzTest {
    /** {@code -Dgeminid.test.bit-flips=100000} for the whole matrix. */
    private static final int MUTATIONS = Integer.getInteger("geminid.test.bit-flips", 5_000);

    @RegisterExtension final Seed seed = new Seed();

    @Test
    void everyManifestComesBackAsItWas() {
        new PropertyRunner(seed, 300, 40)
                .check(
                        (random, size) -> {
                            final CheckpointManifest manifest = manifest(random, size);
                            final byte[] bytes = ManifestCodec.encode(manifest);
                            assertThat(ManifestCodec.decodeManifest(bytes)).isEqualTo(manifest);
                            for (final OperatorSnapshot operator : manifest.operators()) {
                                for (final SubtaskSnapshot subtask : operator.subtasks()) {
                                    assertThat(
                                                    ManifestCodec.decodeSubtask(
                                                            ManifestCodec.encode(subtask)))
                                            .isEqualTo(subtask);
                                }
                            }
                        });
    }

    @Test
    void damagedBytesGiveAFormatExceptionAndNoLargeAllocation() {
        final Random random = seed.random();
        byte[] sound = ManifestCodec.encode(manifest(random, 6));
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            if (i % 500 == 0) {
                sound = ManifestCodec.encode(manifest(random, 1 + random.nextInt(10)));
            }
            if (!decodes(mutate(sound, random))) {
                refused++;
            }
        }
        // Without the file's checksums some changes are other manifests: names, positions.
        assertThat(refused).isGreaterThan(MUTATIONS / 4);
    }

    private static boolean decodes(final byte[] bytes) {
        try {
            ManifestCodec.decodeManifest(bytes);
            return true;
        } catch (final RecordFormatException e) {
            return false;
        }
    }

    private static byte[] mutate(final byte[] sound, final Random random) {
        final byte[] bytes = sound.clone();
        final int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0xFF);
            default -> {
                return Arrays.copyOf(bytes, at);
            }
        }
        return bytes;
    }

    private static CheckpointManifest manifest(final Random random, final int size) {
        final List<StateFile> files = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            files.add(
                    new StateFile(
                            new UUID(random.nextLong(), random.nextLong()),
                            "job/shared/" + i,
                            random.nextBoolean() ? StateScope.SHARED : StateScope.EXCLUSIVE));
        }
        final List<OperatorSnapshot> operators = new ArrayList<>();
        for (int i = 0; i < random.nextInt(4); i++) {
            final int parallelism = 1 + random.nextInt(size);
            final List<SubtaskSnapshot> subtasks = new ArrayList<>();
            for (int s = 0; s < parallelism; s++) {
                subtasks.add(new SubtaskSnapshot(s, parts(random, files)));
            }
            operators.add(new OperatorSnapshot("operator-" + i, parallelism, 128, subtasks));
        }
        final Map<String, Bytes> properties = new TreeMap<>();
        for (int i = 0; i < random.nextInt(3); i++) {
            properties.put("property-" + i, bytes(random));
        }
        return new CheckpointManifest(
                new CheckpointId(
                        new UUID(random.nextLong(), 1), 1 + random.nextInt(9), random.nextInt(9)),
                random.nextLong(),
                operators,
                properties);
    }

    private static List<StatePart> parts(final Random random, final List<StateFile> files) {
        final List<StatePart> parts = new ArrayList<>();
        for (int i = 0; i < random.nextInt(3); i++) {
            final List<StateHandle> handles = new ArrayList<>();
            for (int h = 0; h < random.nextInt(5); h++) {
                handles.add(
                        new StateHandle(
                                files.get(random.nextInt(files.size())),
                                random.nextInt(Integer.MAX_VALUE),
                                random.nextInt(Integer.MAX_VALUE)));
            }
            final int first = random.nextInt(100);
            parts.add(
                    new StatePart(
                            PartKind.values()[random.nextInt(PartKind.values().length)],
                            "format/" + random.nextInt(9),
                            new KeyGroupRange(first, first - 1 + random.nextInt(28)),
                            random.nextBoolean()
                                    ? List.of()
                                    : List.of(new StateSchema("st\u00E4te", "value(long/1)")),
                            handles,
                            bytes(random)));
        }
        return parts;
    }

    private static Bytes bytes(final Random random) {
        final byte[] value = new byte[random.nextInt(40)];
        random.nextBytes(value);
        return Bytes.copyOf(value);
    }
}
