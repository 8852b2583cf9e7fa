package io.geminid.state.checkpoint.storage;

import io.geminid.serial.RecordFormatException;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.format.FileIdentity;
import io.geminid.state.checkpoint.format.FileKind;
import io.geminid.state.checkpoint.format.StateFileLayout;
import io.geminid.state.checkpoint.format.StateFileReader;
import io.geminid.state.checkpoint.format.StateFileWriter;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.ManifestCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The checkpoints of a storage that have a manifest. A checkpoint is complete from the moment its
 * manifest is durable.
 *
 * <p>Any thread; blocks on the disk or the network.
 */
public final class CompletedCheckpoints {

    /** Largest manifest that is read: beyond it the length itself is the damage. */
    private static final int MANIFEST_BYTES_MAX = 1 << 28;

    private final BlobStore blobs;
    private final Supplier<UUID> fileIds;

    /**
     * Uses a store.
     *
     * @param blobs keeps the files
     * @param fileIds never gives an identity twice, in any process
     */
    public CompletedCheckpoints(final BlobStore blobs, final Supplier<UUID> fileIds) {
        this.blobs = blobs;
        this.fileIds = fileIds;
    }

    /**
     * Completes a checkpoint: when this returns, it can be restored, after a power cut too. To be
     * called when every subtask has acknowledged.
     *
     * @param manifest what it consists of
     * @throws java.nio.file.FileAlreadyExistsException when a checkpoint of that identity was
     *     completed before; that one stays as it is
     * @throws IOException when it is unknown whether the checkpoint is complete: delete nothing
     */
    public void complete(final CheckpointManifest manifest) throws IOException {
        final CheckpointId id = manifest.id();
        final byte[] bytes = ManifestCodec.encode(manifest);
        final FileIdentity identity = new FileIdentity(FileKind.MANIFEST, fileIds.get(), id);
        try (StateFileWriter writer =
                new StateFileWriter(
                        blobs.create(CheckpointNames.manifest(id)),
                        identity,
                        StateFileLayout.BLOCK_BYTES_MIN)) {
            writer.write(ByteBuffer.wrap(bytes));
            writer.commit();
        }
    }

    /**
     * Reads the manifest of a checkpoint.
     *
     * @param id which
     * @return what {@link #complete} was given
     * @throws CorruptStateException when it is damaged
     * @throws java.nio.file.NoSuchFileException when it was not completed, or is deleted
     * @throws IOException when the storage cannot be read
     */
    public CheckpointManifest read(final CheckpointId id) throws IOException {
        final String name = CheckpointNames.manifest(id);
        try (BlobInput blob = blobs.open(name)) {
            final StateFileReader reader = new StateFileReader(name, blob, FileKind.MANIFEST);
            if (!reader.identity().writtenFor().equals(id)) {
                throw new CorruptStateException(
                        name, 0, "checkpoint=" + reader.identity().writtenFor());
            }
            if (reader.payloadBytes() > MANIFEST_BYTES_MAX) {
                throw new CorruptStateException(name, 0, "manifestBytes=" + reader.payloadBytes());
            }
            final ByteBuffer bytes = ByteBuffer.allocate((int) reader.payloadBytes());
            reader.read(0, bytes);
            final CheckpointManifest manifest = ManifestCodec.decodeManifest(bytes.array());
            if (!manifest.id().equals(id)) {
                throw new CorruptStateException(name, 0, "manifest of " + manifest.id());
            }
            return manifest;
        } catch (final RecordFormatException e) {
            final CorruptStateException damaged =
                    new CorruptStateException(name, StateFileLayout.HEADER_BYTES, e.getMessage());
            damaged.initCause(e);
            throw damaged;
        }
    }

    /**
     * The completed checkpoints of a job.
     *
     * @param job its identity
     * @return the oldest first
     * @throws IOException when the storage cannot be read
     */
    public List<CheckpointId> list(final UUID job) throws IOException {
        final List<CheckpointId> ids = new ArrayList<>();
        for (final BlobEntry entry : blobs.list(CheckpointNames.job(job))) {
            CheckpointNames.writtenFor(entry.name())
                    .filter(id -> CheckpointNames.manifest(id).equals(entry.name()))
                    .ifPresent(ids::add);
        }
        ids.sort(null);
        return ids;
    }
}
