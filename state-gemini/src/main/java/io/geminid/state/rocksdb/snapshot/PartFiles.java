package io.geminid.state.rocksdb.snapshot;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.StateSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which file of a database is where, and whose database it was. */
final class PartFiles {

    static final String FORMAT = "rocksdb/1";
    static final String TABLE_SUFFIX = ".sst";

    private PartFiles() {}

    /** A part of a store's snapshot. */
    static StatePart toPart(
            final StateStoreContext<?> context,
            final List<StateSchema> schemas,
            final Map<String, StateHandle> files) {
        final RecordOutput out = new RecordOutput();
        out.beginInScratch();
        out.putUtf8(keySerializer(context));
        out.putVarInt(context.maxParallelism());
        out.putVarInt(files.size());
        files.keySet().forEach(out::putUtf8);
        final ByteBuffer scratch = out.scratch();
        final byte[] inline = new byte[scratch.remaining()];
        scratch.get(0, inline);
        return new StatePart(
                PartKind.KEYED,
                FORMAT,
                context.keyGroups(),
                schemas,
                List.copyOf(files.values()),
                Bytes.copyOf(inline));
    }

    /**
     * The files of a part, by name.
     *
     * @throws IllegalArgumentException if the part is another store's, or of other keys
     */
    static Map<String, StateHandle> of(final StatePart part, final StateStoreContext<?> context) {
        if (part.kind() != PartKind.KEYED || !part.format().equals(FORMAT)) {
            throw refused(context, "format", part.format(), FORMAT);
        }
        final byte[] inline = part.inline().toArray();
        final RecordInput in =
                new RecordInput()
                        .wrap(
                                ByteBuffer.wrap(inline).order(ByteOrder.LITTLE_ENDIAN),
                                0,
                                inline.length);
        final String serializer = in.getUtf8();
        if (!serializer.equals(keySerializer(context))) {
            throw refused(context, "keySerializer", serializer, keySerializer(context));
        }
        final int maxParallelism = in.getVarInt();
        if (maxParallelism != context.maxParallelism()) {
            throw refused(context, "maxParallelism", maxParallelism, context.maxParallelism());
        }
        final List<String> names = new ArrayList<>();
        for (int left = in.getVarInt(); left > 0; left--) {
            names.add(checked(in.getUtf8(), context));
        }
        if (names.size() != part.handles().size()) {
            throw refused(context, "files", names.size(), part.handles().size());
        }
        final Map<String, StateHandle> files = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            files.put(names.get(i), part.handles().get(i));
        }
        return files;
    }

    /** A name from a manifest must not leave the directory it is put into. */
    private static String checked(final String name, final StateStoreContext<?> context) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw refused(context, "fileName", name, "letters, digits, . _ -");
        }
        return name;
    }

    private static String keySerializer(final StateStoreContext<?> context) {
        return context.keySerializer().id() + "@" + context.keySerializer().version();
    }

    private static IllegalArgumentException refused(
            final StateStoreContext<?> context,
            final String what,
            final Object found,
            final Object expected) {
        return new IllegalArgumentException(
                "store="
                        + context.name()
                        + " cannot restore: "
                        + what
                        + "="
                        + found
                        + " expected="
                        + expected);
    }
}
