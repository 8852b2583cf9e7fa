package io.geminid.perf.state.workload;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can be measured. Keys are random 64-bit numbers, chosen evenly for each operation. */
public enum StateCase {
    /** Reads the value of a key. */
    VALUE_GET(Data.VALUES),
    /** Writes the value of a key that has one. */
    VALUE_UPDATE(Data.VALUES),
    /** Reads the value of a key, changes it, writes it. */
    VALUE_RMW(Data.VALUES),
    /** Reads one of the 10 entries of a key's map. */
    MAP_GET(Data.MAPS),
    /** Writes one of the 10 entries of a key's map. */
    MAP_PUT(Data.MAPS),
    /** Visits the 10 entries of a key's map: one operation. */
    MAP_ITERATE10(Data.MAPS),
    /** Appends to the list of a key; one in 16 begins it anew, so that lists stay short. */
    LIST_ADD(Data.GROWING_LISTS),
    /** Reads the list of a key, which has 10 elements: one operation. */
    LIST_GET(Data.LISTS);

    private final Data data;

    StateCase(final Data data) {
        this.data = data;
    }

    /** What must be loaded for a case. A process holds one of these. */
    public enum Data {
        /** A value for each key. */
        VALUES,
        /** For each tenth of the keys a map of 10 entries: as many entries as keys. */
        MAPS,
        /** A list of one element for each key. */
        GROWING_LISTS,
        /** For each tenth of the keys a list of 10 elements: as many elements as keys. */
        LISTS
    }

    /** What must be loaded for it. */
    public Data data() {
        return data;
    }

    /** Whether the data stays as it is. */
    boolean isRead() {
        return this == VALUE_GET || this == MAP_GET || this == MAP_ITERATE10 || this == LIST_GET;
    }

    /** What users call it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @return all labels
     */
    public static List<String> labels() {
        return Arrays.stream(values()).map(StateCase::label).toList();
    }

    /**
     * @param label what a user wrote
     * @return the case; null if there is none
     */
    public static StateCase named(final String label) {
        return Arrays.stream(values())
                .filter(each -> each.label().equals(label))
                .findFirst()
                .orElse(null);
    }
}
