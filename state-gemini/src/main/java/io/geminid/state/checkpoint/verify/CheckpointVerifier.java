package io.geminid.state.checkpoint.verify;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.format.FileKind;
import io.geminid.state.checkpoint.format.StateFileReader;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import io.geminid.state.checkpoint.storage.CompletedCheckpoints;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Compares every checksum of all files under a prefix, and of all files that manifests there refer
 * to, wherever these are; then whether each reference leads to bytes that are there. One thread,
 * one use.
 */
public final class CheckpointVerifier {
    private final BlobStore blobs;
    private final CompletedCheckpoints manifests;

    private final List<CheckpointId> checkpoints = new ArrayList<>();
    private final List<CorruptStateException> damages = new ArrayList<>();
    private final List<String> unfinished = new ArrayList<>();

    /** Name to what is known of the file, of those looked at. */
    private final Map<String, Optional<Found>> files = new TreeMap<>();

    private final Map<String, Boolean> referenced = new LinkedHashMap<>();
    private int fileCount;
    private long byteCount;

    /** A file whose header and footer are sound. */
    private record Found(UUID id, long payloadBytes) {}

    /**
     * Looks into a store.
     *
     * @param blobs the store; only read
     */
    public CheckpointVerifier(final BlobStore blobs) {
        this.blobs = blobs;
        this.manifests =
                new CompletedCheckpoints(
                        blobs,
                        () -> {
                            throw new IllegalStateException("a verifier writes nothing");
                        });
    }

    /**
     * Verifies.
     *
     * @param prefix of the names to look at: empty for all, or ends with a slash
     * @return what was found
     * @throws IOException when the store cannot be read; damage is no reason
     */
    public Verification verify(final String prefix) throws IOException {
        final List<CheckpointManifest> sound = new ArrayList<>();
        for (final BlobEntry entry : blobs.list(prefix)) {
            final String name = entry.name();
            if (entry.unfinished()) {
                unfinished.add(name);
            } else if (CheckpointNames.isManifest(name)) {
                manifest(name).ifPresent(sound::add);
            } else if (CheckpointNames.fileId(name).isPresent()) {
                look(name);
            }
        }
        for (final CheckpointManifest manifest : sound) {
            checkpoints.add(manifest.id());
            references(manifest);
        }
        damages.sort(
                Comparator.comparing(CorruptStateException::file)
                        .thenComparing(CorruptStateException::offset));
        final List<String> unreferenced =
                files.keySet().stream().filter(name -> !referenced.containsKey(name)).toList();
        checkpoints.sort(null);
        return new Verification(
                checkpoints, fileCount, byteCount, damages, unreferenced, unfinished);
    }

    private Optional<CheckpointManifest> manifest(final String name) throws IOException {
        final Optional<CheckpointId> id = CheckpointNames.writtenFor(name);
        if (id.isEmpty() || !CheckpointNames.manifest(id.get()).equals(name)) {
            return Optional.empty();
        }
        if (blocks(name, FileKind.MANIFEST).isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(manifests.read(id.get()));
        } catch (final CorruptStateException e) {
            if (damages.stream().noneMatch(damage -> damage.file().equals(name))) {
                damages.add(e);
            }
            return Optional.empty();
        }
    }

    private void references(final CheckpointManifest manifest) throws IOException {
        final Iterable<StateHandle> handles = manifest.handles()::iterator;
        for (final StateHandle handle : handles) {
            final String name = handle.file().name();
            final boolean first = referenced.put(name, true) == null;
            final Optional<Found> found;
            try {
                found = look(name);
            } catch (final NoSuchFileException e) {
                if (first) {
                    damages.add(missing(name, manifest));
                }
                continue;
            }
            if (found.isEmpty()) {
                continue;
            }
            if (!found.get().id.equals(handle.file().id())
                    || handle.offset() + handle.length() > found.get().payloadBytes) {
                damages.add(
                        new CorruptStateException(
                                name,
                                handle.offset(),
                                "checkpoint="
                                        + manifest.id()
                                        + " refers to "
                                        + handle
                                        + " found="
                                        + found.get()));
            }
        }
    }

    private static CorruptStateException missing(
            final String name, final CheckpointManifest manifest) {
        return new CorruptStateException(
                name, 0, "missing, and checkpoint=" + manifest.id() + " refers to it");
    }

    private Optional<Found> look(final String name) throws IOException {
        final Optional<Found> known = files.get(name);
        if (known != null) {
            return known;
        }
        final Optional<Found> found = blocks(name, FileKind.STATE);
        files.put(name, found);
        return found;
    }

    private Optional<Found> blocks(final String name, final FileKind kind) throws IOException {
        try (BlobInput blob = blobs.open(name)) {
            fileCount++;
            byteCount += blob.length();
            final StateFileReader reader = new StateFileReader(name, blob, kind);
            reader.checkAll(damages::add);
            return Optional.of(new Found(reader.identity().file(), reader.payloadBytes()));
        } catch (final CorruptStateException e) {
            damages.add(e);
            return Optional.empty();
        }
    }
}
