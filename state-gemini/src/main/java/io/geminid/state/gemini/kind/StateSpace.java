package io.geminid.state.gemini.kind;

import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import io.geminid.state.gemini.table.Cells;
import java.time.InstantSource;

/**
 * What a state has of its store.
 *
 * @param name of the state, for messages
 * @param number of the state, in records; the one after it is the state's too
 * @param cells where values are
 * @param currentKey whose cells
 * @param namespaces how namespaces become bytes: none, if the state has none
 * @param clock for time to live
 * @param <N> type of the namespaces
 */
public record StateSpace<N>(
        String name,
        int number,
        Cells cells,
        CurrentKey currentKey,
        RecordSerializer<N> namespaces,
        InstantSource clock) {

    /** The key that handles stand for, as the store knows it. Task thread only. */
    public interface CurrentKey {

        /**
         * Appends the key's bytes.
         *
         * @param out where to
         * @throws IllegalStateException if there is no current key, or the store is closed
         */
        void writeKey(RecordOutput out);

        /**
         * @return its key group
         */
        int keyGroup();
    }

    /** Numbers that a state takes. */
    public static final int NUMBERS = 2;
}
