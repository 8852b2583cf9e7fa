package io.geminid.state.checkpoint.local;

import io.geminid.serial.RecordFormatException;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.format.FileIdentity;
import io.geminid.state.checkpoint.format.FileKind;
import io.geminid.state.checkpoint.format.StateFileLayout;
import io.geminid.state.checkpoint.format.StateFileReader;
import io.geminid.state.checkpoint.format.StateFileWriter;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.ManifestCodec;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Which ranges have a copy in which local file, and which checkpoints refer to them. An index file
 * for each snapshot says the same to the process that comes after this one.
 *
 * <p>Any thread.
 */
final class LocalCopies {
    private static final String COPIES = "copies/";
    private static final String INDEXES = "indexes/";
    private static final int INDEX_BYTES_MAX = 1 << 26;

    private final BlobStore blobs;
    private final Supplier<UUID> ids;

    /** Range to the local file that holds it. Guarded by this, as all that follows. */
    private final Map<StateHandle, UUID> files = new HashMap<>();

    private final Map<CheckpointId, Set<StateHandle>> referrers = new HashMap<>();
    private final Map<CheckpointId, List<String>> indexes = new HashMap<>();
    private long failures;

    LocalCopies(final BlobStore blobs, final Supplier<UUID> ids) {
        this.blobs = blobs;
        this.ids = ids;
    }

    static String name(final UUID file) {
        return COPIES + file;
    }

    synchronized UUID find(final StateHandle handle) {
        return files.get(handle);
    }

    synchronized long failures() {
        return failures;
    }

    synchronized void failed() {
        failures++;
    }

    /** A range was written for a checkpoint, and a copy of it. */
    synchronized void add(final CheckpointId id, final StateHandle handle, final UUID file) {
        files.put(handle, file);
        referrers.computeIfAbsent(id, key -> new HashSet<>()).add(handle);
    }

    /** A copy turned out to be no good. */
    void drop(final StateHandle handle) {
        final UUID file;
        synchronized (this) {
            file = files.remove(handle);
        }
        if (file != null) {
            delete(name(file));
        }
    }

    /** A snapshot refers to these; those of them that have a copy keep it. */
    void refer(final CheckpointId id, final Collection<StateHandle> handles) {
        final List<StateHandle> copied = new ArrayList<>();
        final ByteBuffer locals;
        synchronized (this) {
            handles.stream().filter(files::containsKey).forEach(copied::add);
            referrers.computeIfAbsent(id, key -> new HashSet<>()).addAll(copied);
            locals = ByteBuffer.allocate(copied.size() * 2 * Long.BYTES);
            for (final StateHandle handle : copied) {
                final UUID file = files.get(handle);
                locals.putLong(file.getMostSignificantBits());
                locals.putLong(file.getLeastSignificantBits());
            }
        }
        if (copied.isEmpty()) {
            return;
        }
        final StatePart part =
                StatePart.of(PartKind.KEYED, "local/1", copied, Bytes.copyOf(locals.array()));
        final String name = INDEXES + ids.get();
        synchronized (this) {
            indexes.computeIfAbsent(id, key -> new ArrayList<>()).add(name);
        }
        final FileIdentity identity = new FileIdentity(FileKind.LOCAL_SNAPSHOT, ids.get(), id);
        try (StateFileWriter writer =
                new StateFileWriter(
                        blobs.create(name), identity, StateFileLayout.BLOCK_BYTES_MIN)) {
            writer.write(
                    ByteBuffer.wrap(ManifestCodec.encode(new SubtaskSnapshot(0, List.of(part)))));
            writer.commit();
        } catch (final IOException e) {
            failed();
        }
    }

    /** Forgets checkpoints, and deletes the copies that no other one refers to. */
    void forget(final Predicate<CheckpointId> which) {
        final List<String> names = new ArrayList<>();
        synchronized (this) {
            final Set<StateHandle> candidates = new HashSet<>();
            referrers.entrySet().stream()
                    .filter(entry -> which.test(entry.getKey()))
                    .forEach(entry -> candidates.addAll(entry.getValue()));
            referrers.keySet().removeIf(which);
            referrers.values().forEach(candidates::removeAll);
            for (final StateHandle handle : candidates) {
                final UUID file = files.remove(handle);
                if (file != null) {
                    names.add(name(file));
                }
            }
            indexes.entrySet().stream()
                    .filter(entry -> which.test(entry.getKey()))
                    .forEach(entry -> names.addAll(entry.getValue()));
            indexes.keySet().removeIf(which);
        }
        names.forEach(this::delete);
    }

    void delete(final String name) {
        try {
            blobs.delete(name);
        } catch (final IOException e) {
            failed();
        }
    }

    /** Reads the indexes of the process before; deletes copies that none of them has. */
    void load() {
        try {
            for (final BlobEntry entry : blobs.list(INDEXES)) {
                if (entry.unfinished() || !loadIndex(entry.name())) {
                    delete(entry.name());
                }
            }
            final Set<String> known = new HashSet<>();
            synchronized (this) {
                files.values().forEach(file -> known.add(name(file)));
            }
            for (final BlobEntry entry : blobs.list(COPIES)) {
                if (!known.contains(entry.name())) {
                    delete(entry.name());
                }
            }
        } catch (final IOException e) {
            failed();
        }
    }

    private boolean loadIndex(final String name) {
        try (BlobInput blob = blobs.open(name)) {
            final StateFileReader reader = new StateFileReader(name, blob, FileKind.LOCAL_SNAPSHOT);
            if (reader.payloadBytes() > INDEX_BYTES_MAX) {
                throw new RecordFormatException("indexBytes=" + reader.payloadBytes());
            }
            final ByteBuffer bytes = ByteBuffer.allocate((int) reader.payloadBytes());
            reader.read(0, bytes);
            final StatePart part = ManifestCodec.decodeSubtask(bytes.array()).parts().get(0);
            final ByteBuffer locals = ByteBuffer.wrap(part.inline().toArray());
            if (locals.remaining() != part.handles().size() * 2 * Long.BYTES) {
                throw new RecordFormatException("localBytes=" + locals.remaining());
            }
            final CheckpointId id = reader.identity().writtenFor();
            synchronized (this) {
                for (final StateHandle handle : part.handles()) {
                    files.put(handle, new UUID(locals.getLong(), locals.getLong()));
                }
                referrers.computeIfAbsent(id, key -> new HashSet<>()).addAll(part.handles());
                indexes.computeIfAbsent(id, key -> new ArrayList<>()).add(name);
            }
            return true;
        } catch (final IOException | RecordFormatException | IndexOutOfBoundsException e) {
            failed();
            return false;
        }
    }
}
