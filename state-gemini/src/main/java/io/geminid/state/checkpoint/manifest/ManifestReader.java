package io.geminid.state.checkpoint.manifest;

import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateScope;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/** Takes the structures of {@link ManifestCodec} out of one record, and believes none of it. */
final class ManifestReader {
    /** Index is what is stored. */
    static final List<StateScope> SCOPES = List.of(StateScope.EXCLUSIVE, StateScope.SHARED);

    private static final int FILE_BYTES_MIN = 2 * Long.BYTES + 2;
    private static final int HANDLE_BYTES_MIN = 1 + 2 * Long.BYTES;

    private final RecordInput in;
    private final List<StateFile> files;

    ManifestReader(final RecordInput in) {
        this.in = in;
        this.files = list(FILE_BYTES_MIN, this::file);
    }

    RecordInput in() {
        return in;
    }

    private StateFile file() {
        final UUID id = uuid();
        final int scope = in.getByte();
        if (scope < 0 || scope >= SCOPES.size()) {
            throw new RecordFormatException("scope=" + scope);
        }
        return new StateFile(id, in.getUtf8(), SCOPES.get(scope));
    }

    /** Reads what is known and passes over what is left of the structure. */
    <T> T structure(final Function<RecordInput, T> content) {
        final int bytes = in.getInt();
        if (bytes < 0 || bytes > in.remaining()) {
            throw new RecordFormatException(
                    "structureBytes=" + bytes + " remaining=" + in.remaining());
        }
        final int after = in.remaining() - bytes;
        final T value = content.apply(in);
        if (in.remaining() < after) {
            throw new RecordFormatException("structureBytes=" + bytes + " are too few");
        }
        in.skip(in.remaining() - after);
        return value;
    }

    /** A number of things that take at least so many bytes each, of those that are left. */
    int count(final int bytesEachMin) {
        final int count = in.getVarInt();
        if (count < 0 || count > in.remaining() / bytesEachMin) {
            throw new RecordFormatException("count=" + count + " remaining=" + in.remaining());
        }
        return count;
    }

    <T> List<T> list(final int bytesEachMin, final Supplier<T> element) {
        final int count = count(bytesEachMin);
        final List<T> elements = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            elements.add(element.get());
        }
        return elements;
    }

    OperatorSnapshot operator() {
        return structure(
                input ->
                        new OperatorSnapshot(
                                input.getUtf8(),
                                input.getVarInt(),
                                input.getVarInt(),
                                list(Integer.BYTES, this::subtask)));
    }

    SubtaskSnapshot subtask() {
        return structure(
                input -> new SubtaskSnapshot(input.getVarInt(), list(Integer.BYTES, this::part)));
    }

    private StatePart part() {
        return structure(
                input -> {
                    final PartKind kind = kind(input.getByte());
                    final String format = input.getUtf8();
                    final KeyGroupRange keyGroups = keyGroups();
                    return new StatePart(
                            kind,
                            format,
                            keyGroups,
                            list(2, () -> new StateSchema(input.getUtf8(), input.getUtf8())),
                            list(HANDLE_BYTES_MIN, this::handle),
                            bytes());
                });
    }

    private KeyGroupRange keyGroups() {
        final int first = in.getVarInt();
        final int size = in.getVarInt();
        if (size < 0 || first > Integer.MAX_VALUE - size) {
            throw new RecordFormatException("firstGroup=" + first + " groups=" + size);
        }
        return new KeyGroupRange(first, first + size - 1);
    }

    private StateHandle handle() {
        final int file = in.getVarInt();
        if (file < 0 || file >= files.size()) {
            throw new RecordFormatException("file=" + file + " files=" + files.size());
        }
        return new StateHandle(files.get(file), in.getLong(), in.getLong());
    }

    UUID uuid() {
        return new UUID(in.getLong(), in.getLong());
    }

    Bytes bytes() {
        final byte[] value = new byte[count(1)];
        in.getBytes(value, 0, value.length);
        return Bytes.copyOf(value);
    }

    private static PartKind kind(final int code) {
        for (final PartKind kind : PartKind.values()) {
            if (kind.code() == code) {
                return kind;
            }
        }
        throw new RecordFormatException("partKind=" + code);
    }
}
