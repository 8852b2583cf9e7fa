package io.geminid.state.checkpoint.manifest;

import io.geminid.serial.RecordOutput;
import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.StateHandle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** Puts the structures of {@link ManifestCodec} into one record. */
final class ManifestWriter {
    private final RecordOutput out = new RecordOutput();
    private final Map<StateFile, Integer> files = new HashMap<>();

    ManifestWriter() {
        out.beginInScratch();
    }

    RecordOutput out() {
        return out;
    }

    void begin(final int version, final int kind, final Stream<StateFile> referenced) {
        out.putShort(version);
        out.putByte(kind);
        final List<StateFile> table = referenced.distinct().toList();
        out.putVarInt(table.size());
        for (final StateFile file : table) {
            files.put(file, files.size());
            uuid(file.id());
            out.putByte(ManifestReader.SCOPES.indexOf(file.scope()));
            out.putUtf8(file.name());
        }
    }

    void structure(final Runnable content) {
        final int at = out.length();
        out.putInt(0);
        content.run();
        // scratch() limits the buffer to what is written; clear() takes the limit off again.
        out.scratch().putInt(at, out.length() - at - Integer.BYTES).clear();
    }

    void operator(final OperatorSnapshot operator) {
        structure(
                () -> {
                    out.putUtf8(operator.operator());
                    out.putVarInt(operator.parallelism());
                    out.putVarInt(operator.maxParallelism());
                    out.putVarInt(operator.subtasks().size());
                    operator.subtasks().forEach(this::subtask);
                });
    }

    void subtask(final SubtaskSnapshot subtask) {
        structure(
                () -> {
                    out.putVarInt(subtask.subtask());
                    out.putVarInt(subtask.parts().size());
                    subtask.parts().forEach(this::part);
                });
    }

    private void part(final StatePart part) {
        structure(
                () -> {
                    out.putByte(part.kind().code());
                    out.putUtf8(part.format());
                    out.putVarInt(part.keyGroups().first());
                    out.putVarInt(part.keyGroups().size());
                    out.putVarInt(part.schemas().size());
                    for (final StateSchema schema : part.schemas()) {
                        out.putUtf8(schema.name());
                        out.putUtf8(schema.schema());
                    }
                    out.putVarInt(part.handles().size());
                    for (final StateHandle handle : part.handles()) {
                        out.putVarInt(files.get(handle.file()));
                        out.putLong(handle.offset());
                        out.putLong(handle.length());
                    }
                    bytes(part.inline());
                });
    }

    void uuid(final UUID id) {
        out.putLong(id.getMostSignificantBits());
        out.putLong(id.getLeastSignificantBits());
    }

    void bytes(final Bytes value) {
        out.putVarInt(value.length());
        out.putBytes(value.toArray(), 0, value.length());
    }

    byte[] toBytes() {
        final byte[] bytes = new byte[out.length()];
        out.scratch().get(0, bytes);
        return bytes;
    }
}
