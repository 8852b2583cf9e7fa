package io.geminid.state.rocksdb.snapshot;

import io.geminid.serial.RecordInput;
import io.geminid.state.StateStoreContext;
import io.geminid.state.base.KeyedPart;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.StateSchema;
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
        return KeyedPart.of(
                context,
                FORMAT,
                schemas,
                List.copyOf(files.values()),
                out -> {
                    out.putVarInt(files.size());
                    files.keySet().forEach(out::putUtf8);
                });
    }

    /**
     * The files of a part, by name.
     *
     * @throws IllegalArgumentException if the part is another store's, or of other keys
     */
    static Map<String, StateHandle> of(final StatePart part, final StateStoreContext<?> context) {
        final RecordInput in = KeyedPart.open(part, context, FORMAT);
        final List<String> names = new ArrayList<>();
        for (int left = in.getVarInt(); left > 0; left--) {
            names.add(checked(in.getUtf8(), context));
        }
        if (names.size() != part.handles().size()) {
            throw KeyedPart.refused(context, "files", names.size(), part.handles().size());
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
            throw KeyedPart.refused(context, "fileName", name, "letters, digits, . _ -");
        }
        return name;
    }
}
