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
     * @return how keys become bytes
     */
    RecordSerializer<K> keySerializer();
}
