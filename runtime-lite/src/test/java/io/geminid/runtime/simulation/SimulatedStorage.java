package io.geminid.runtime.simulation;

import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.crash.PowerCutDisk;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import io.geminid.state.checkpoint.storage.CompletedCheckpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Where all processes keep checkpoints. It fails at times, in part or wholly, and if it is on a
 * disk, a power cut loses what was not forced.
 */
final class SimulatedStorage {

    private static final Path ROOT = Path.of("/simulated");

    private final Random random;
    private final Supplier<UUID> newId;
    private final CheckpointListener onCheckpoint;
    private final BlobStore memory;
    private PowerCutDisk disk;
    private double failures;

    /** What was promised to be there after a power cut, by name. */
    private final Map<String, byte[]> durable = new TreeMap<>();

    /**
     * @param onDisk whether power can be cut
     * @param clock of whoever writes
     * @param newId never gives an identity twice
     * @param onCheckpoint told of each checkpoint that has become durable, before anybody knows
     */
    SimulatedStorage(
            final Random random,
            final boolean onDisk,
            final InstantSource clock,
            final Supplier<UUID> newId,
            final CheckpointListener onCheckpoint) {
        this.random = random;
        this.newId = newId;
        this.onCheckpoint = onCheckpoint;
        memory = onDisk ? null : new MemoryBlobStore(clock);
        disk = onDisk ? new PowerCutDisk(ROOT) : null;
    }

    /** As one process sees it. */
    BlobStore open() {
        return new FailingBlobStore(
                raw(),
                new FailingBlobStore.Watcher() {
                    @Override
                    public void beforeCall() throws IOException {
                        if (failures > 0 && random.nextDouble() < failures) {
                            throw new IOException("No space left on device (simulated)");
                        }
                    }

                    @Override
                    public void onCommitted(final String name) {
                        SimulatedStorage.this.onCommitted(name);
                    }

                    @Override
                    public void beforeDelete(final String name) {
                        durable.remove(name);
                    }
                });
    }

    private BlobStore raw() {
        return disk == null ? memory : new DirectoryBlobStore(disk, ROOT);
    }

    /** From now on so many of all calls fail: 0 for none, 1 for all. */
    void failing(final double share) {
        failures = share;
    }

    private void onCommitted(final String name) {
        if (disk != null) {
            durable.put(name, contents(name));
        }
        if (CheckpointNames.isManifest(name)) {
            final long checkpoint = CheckpointNames.writtenFor(name).orElseThrow().checkpoint();
            onCheckpoint.onCheckpoint(checkpoint, operatorStates(name), raw());
        }
    }

    private String operatorStates(final String manifestName) {
        return manifest(manifestName).operators().stream()
                .flatMap(operator -> operator.subtasks().stream())
                .flatMap(subtask -> subtask.parts().stream())
                .filter(part -> part.kind() == PartKind.OPERATOR)
                .map(part -> new String(part.inline().toArray(), StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining());
    }

    /** All checkpoints that are complete. */
    List<CheckpointManifest> completed() {
        return names().stream().filter(CheckpointNames::isManifest).map(this::manifest).toList();
    }

    private CheckpointManifest manifest(final String name) {
        try {
            return new CompletedCheckpoints(raw(), newId)
                    .read(CheckpointNames.writtenFor(name).orElseThrow());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is there, whether or not it can be read. */
    List<String> names() {
        try {
            return raw().list("").stream().map(BlobEntry::name).toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] contents(final String name) {
        try (BlobInput in = raw().open(name)) {
            final ByteBuffer bytes = ByteBuffer.allocate((int) in.length());
            in.read(0, bytes);
            return bytes.array();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes one bit of a blob. */
    void damage(final String name, final int bit) {
        final byte[] bytes = contents(name);
        final int at = Math.floorMod(bit, Byte.SIZE * bytes.length);
        bytes[at / Byte.SIZE] ^= (byte) (1 << at % Byte.SIZE);
        final BlobStore store = raw();
        try {
            store.delete(name);
            try (BlobOutput out = store.create(name)) {
                out.write(ByteBuffer.wrap(bytes));
                out.commit();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The power is cut, and comes back: whoever had it open must open it anew. */
    void cutPower() {
        disk = disk.afterPowerCut(random);
        failures = 0;
        final List<String> there = names();
        final List<String> lost = new ArrayList<>();
        durable.forEach(
                (name, bytes) -> {
                    if (!there.contains(name) || !Arrays.equals(bytes, contents(name))) {
                        lost.add(name);
                    }
                });
        if (!lost.isEmpty()) {
            throw new AssertionError("committed and lost with the power: " + lost);
        }
    }
}
