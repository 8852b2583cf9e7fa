package io.geminid.state.checkpoint.manifest;

import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.checkpoint.CheckpointId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Manifests and subtasks' snapshots as bytes, version 1.
 *
 * <pre>
 * message   := version:short kind:byte files:FileTable body
 * FileTable := count:varint { id:16 bytes, scope:byte, name:utf8 }
 * body      := Manifest (kind 1) | Subtask (kind 2)
 * Manifest  := [ job:16 bytes checkpoint:long attempt:int timestamp:long
 *                count:varint { Operator } count:varint { name:utf8 value:bytes } ]
 * Operator  := [ id:utf8 parallelism:varint maxParallelism:varint count:varint { Subtask } ]
 * Subtask   := [ index:varint count:varint { Part } ]
 * Part      := [ kind:byte format:utf8 firstGroup:varint groups:varint
 *                count:varint { name:utf8 schema:utf8 }
 *                count:varint { file:varint offset:long length:long } inline:bytes ]
 * </pre>
 *
 * Brackets stand for a length of four bytes before the content: a reader passes over what a later
 * writer appended to a structure it knows. Every count is compared with the bytes that are left
 * before anything is allocated. Decoded bytes that are no snapshot give a {@link
 * RecordFormatException}, whatever they are.
 *
 * <p>Any thread.
 */
public final class ManifestCodec {
    /** The one version that is written. */
    public static final int VERSION = 1;

    private static final int KIND_MANIFEST = 1;
    private static final int KIND_SUBTASK = 2;

    private ManifestCodec() {}

    /**
     * Encodes a manifest.
     *
     * @param manifest what to encode
     * @return its bytes
     */
    public static byte[] encode(final CheckpointManifest manifest) {
        final ManifestWriter writer = new ManifestWriter();
        writer.begin(VERSION, KIND_MANIFEST, manifest.handles().map(handle -> handle.file()));
        final RecordOutput out = writer.out();
        writer.structure(
                () -> {
                    writer.uuid(manifest.id().job());
                    out.putLong(manifest.id().checkpoint());
                    out.putInt(manifest.id().attempt());
                    out.putLong(manifest.timestampMillis());
                    out.putVarInt(manifest.operators().size());
                    manifest.operators().forEach(writer::operator);
                    out.putVarInt(manifest.properties().size());
                    manifest.properties()
                            .forEach(
                                    (name, value) -> {
                                        out.putUtf8(name);
                                        writer.bytes(value);
                                    });
                });
        return writer.toBytes();
    }

    /**
     * Decodes what {@link #encode(CheckpointManifest)} returned.
     *
     * @param bytes the encoded manifest
     * @return equal to what was encoded
     * @throws RecordFormatException when the bytes are no manifest
     */
    public static CheckpointManifest decodeManifest(final byte[] bytes) {
        final ManifestReader reader = open(bytes, KIND_MANIFEST);
        return checked(
                () ->
                        reader.structure(
                                in -> {
                                    final UUID job = reader.uuid();
                                    final CheckpointId id =
                                            new CheckpointId(job, in.getLong(), in.getInt());
                                    final long timestampMillis = in.getLong();
                                    final List<OperatorSnapshot> operators =
                                            reader.list(Integer.BYTES, reader::operator);
                                    return new CheckpointManifest(
                                            id, timestampMillis, operators, properties(reader));
                                }));
    }

    private static Map<String, Bytes> properties(final ManifestReader reader) {
        final Map<String, Bytes> properties = new LinkedHashMap<>();
        final int count = reader.count(2);
        for (int i = 0; i < count; i++) {
            final String name = reader.in().getUtf8();
            if (properties.put(name, reader.bytes()) != null) {
                throw new RecordFormatException("property=" + name + " appears twice");
            }
        }
        return properties;
    }

    /**
     * Encodes what one subtask acknowledges.
     *
     * @param snapshot what to encode
     * @return its bytes
     */
    public static byte[] encode(final SubtaskSnapshot snapshot) {
        final ManifestWriter writer = new ManifestWriter();
        writer.begin(
                VERSION,
                KIND_SUBTASK,
                snapshot.parts().stream()
                        .flatMap(part -> part.handles().stream())
                        .map(handle -> handle.file()));
        writer.subtask(snapshot);
        return writer.toBytes();
    }

    /**
     * Decodes what {@link #encode(SubtaskSnapshot)} returned.
     *
     * @param bytes the encoded snapshot
     * @return equal to what was encoded
     * @throws RecordFormatException when the bytes are no such snapshot
     */
    public static SubtaskSnapshot decodeSubtask(final byte[] bytes) {
        final ManifestReader reader = open(bytes, KIND_SUBTASK);
        return checked(reader::subtask);
    }

    private static ManifestReader open(final byte[] bytes, final int kind) {
        final RecordInput in =
                new RecordInput()
                        .wrap(
                                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN),
                                0,
                                bytes.length);
        final int version = in.getShort();
        if (version != VERSION) {
            throw new RecordFormatException("version=" + version + " readable=" + VERSION);
        }
        final int found = in.getByte();
        if (found != kind) {
            throw new RecordFormatException("kind=" + found + " expected=" + kind);
        }
        return checked(() -> new ManifestReader(in));
    }

    /** What a record's constructor refuses is a damaged record. */
    private static <T> T checked(final Supplier<T> decoding) {
        try {
            return decoding.get();
        } catch (final IllegalArgumentException e) {
            final RecordFormatException damaged = new RecordFormatException(e.getMessage());
            damaged.initCause(e);
            throw damaged;
        }
    }
}
