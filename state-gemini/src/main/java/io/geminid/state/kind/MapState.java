package io.geminid.state.kind;

import java.util.Map;
import java.util.function.BiPredicate;

/**
 * A map in which each entry is read and written by itself.
 *
 * @param <K> type of the map's keys, which need {@code equals} and {@code hashCode}
 * @param <V> type of the values
 */
public interface MapState<K, V> extends State {

    /**
     * Reads an entry.
     *
     * @param key the entry's key
     * @return its value, or {@code null} if there is none
     */
    V get(K key);

    /**
     * Writes an entry.
     *
     * @param key the entry's key
     * @param value its new value, not null
     */
    void put(K key, V value);

    /**
     * Removes an entry.
     *
     * @param key the entry's key
     * @return whether there was one
     */
    boolean remove(K key);

    /**
     * Looks for an entry.
     *
     * @param key the entry's key
     * @return whether there is one
     */
    boolean contains(K key);

    /**
     * Whether there are no entries.
     *
     * @return true if so
     */
    boolean isEmpty();

    /**
     * Visits each entry, in an order that depends only on the calls made before. The visitor must
     * not write to this state.
     *
     * @param visitor gets key and value and says whether to go on
     */
    void forEach(BiPredicate<? super K, ? super V> visitor);

    /**
     * Reads all.
     *
     * @return a copy, in the order of {@link #forEach}, unmodifiable
     */
    Map<K, V> toMap();
}
