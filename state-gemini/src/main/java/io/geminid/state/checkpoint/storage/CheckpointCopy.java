package io.geminid.state.checkpoint.storage;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Copies a completed checkpoint, so that the copy depends on nothing: all of its files are its own.
 * Any thread; blocks on the disk or the network.
 */
public final class CheckpointCopy {

    private static final int PIECE_BYTES = 1 << 20;

    private final BlobStore blobs;
    private final Supplier<UUID> fileIds;

    /**
     * Uses a store.
     *
     * @param blobs keeps the files
     * @param fileIds never gives an identity twice, in any process
     */
    public CheckpointCopy(final BlobStore blobs, final Supplier<UUID> fileIds) {
        this.blobs = blobs;
        this.fileIds = fileIds;
    }

    /**
     * Makes a copy. Files keep their identity, which their blocks are checked against.
     *
     * @param from complete, and not deleted meanwhile
     * @param to identity of the copy, of a job that has nothing else
     * @throws IOException when something could not be read or written; there is no copy then
     */
    public void copy(final CheckpointManifest from, final CheckpointId to) throws IOException {
        final Map<StateFile, StateFile> copies = new HashMap<>();
        final List<OperatorSnapshot> operators = new ArrayList<>();
        for (final OperatorSnapshot operator : from.operators()) {
            final List<SubtaskSnapshot> subtasks = new ArrayList<>();
            for (final SubtaskSnapshot subtask : operator.subtasks()) {
                final List<StatePart> parts = new ArrayList<>();
                for (final StatePart part : subtask.parts()) {
                    parts.add(copy(part, to, copies));
                }
                subtasks.add(new SubtaskSnapshot(subtask.subtask(), parts));
            }
            operators.add(
                    new OperatorSnapshot(
                            operator.operator(),
                            operator.parallelism(),
                            operator.maxParallelism(),
                            subtasks));
        }
        new CompletedCheckpoints(blobs, fileIds)
                .complete(
                        new CheckpointManifest(
                                to, from.timestampMillis(), operators, from.properties()));
    }

    private StatePart copy(
            final StatePart part, final CheckpointId to, final Map<StateFile, StateFile> copies)
            throws IOException {
        final List<StateHandle> handles = new ArrayList<>();
        for (final StateHandle handle : part.handles()) {
            StateFile copy = copies.get(handle.file());
            if (copy == null) {
                copy = copy(handle.file(), to);
                copies.put(handle.file(), copy);
            }
            handles.add(new StateHandle(copy, handle.offset(), handle.length()));
        }
        return part.withHandles(handles);
    }

    private StateFile copy(final StateFile file, final CheckpointId to) throws IOException {
        final StateFile copy = CheckpointNames.file(to, StateScope.SHARED, file.id());
        final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        try (BlobInput in = blobs.open(file.name());
                BlobOutput out = blobs.create(copy.name())) {
            long position = 0;
            while (position < in.length()) {
                piece.clear().limit((int) Math.min(PIECE_BYTES, in.length() - position));
                position += piece.remaining();
                in.read(position - piece.remaining(), piece);
                out.write(piece.flip());
            }
            out.commit();
        }
        return copy;
    }
}
