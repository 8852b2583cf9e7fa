package io.geminid.state.gemini.timer;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.gemini.kind.StateSpace;

/**
 * What timers want of their store.
 *
 * @param <K> type of the keys
 */
public interface TimerHost<K> extends StateSpace.CurrentKey {

    /**
     * Makes a timer's key the current one.
     *
     * @param key which
     */
    void setCurrentKey(K key);

    /**
     * Makes sure that all records of a key group are there.
     *
     * @param keyGroup which
     * @return whether records were moved for it
     */
    boolean load(int keyGroup);

    /**
     * @return how keys become bytes
     */
    RecordSerializer<K> keySerializer();
}
