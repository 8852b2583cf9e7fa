package io.geminid.state.gemini.snapshot;

import io.geminid.state.checkpoint.manifest.StateSchema;
import io.geminid.state.gemini.kind.StateSpace;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names, schemas and numbers of a store's states. A number, once given, is that of its name for
 * ever: it is in the records. Task thread only.
 */
public final class StateNames {

    /** How the schema of a queue of timers begins. */
    public static final String TIMERS = "timers<";

    private final Map<String, Named> states = new LinkedHashMap<>();
    private final String store;
    private int next = 1;

    /**
     * None yet.
     *
     * @param store for messages
     */
    public StateNames(final String store) {
        this.store = store;
    }

    private record Named(String schema, int number) {}

    /**
     * The number of a state, old or new.
     *
     * @param name of the state
     * @param schema what its bytes mean
     * @return its number; the next one is its too
     * @throws IllegalArgumentException if the state was restored with another schema
     */
    public int numberOf(final String name, final String schema) {
        final Named known = states.get(name);
        if (known == null) {
            final int number = next;
            next += StateSpace.NUMBERS;
            states.put(name, new Named(schema, number));
            return number;
        }
        if (!known.schema.equals(schema)) {
            throw new IllegalArgumentException(
                    "store="
                            + store
                            + " state="
                            + name
                            + " schema="
                            + schema
                            + " restored="
                            + known.schema);
        }
        return known.number;
    }

    /**
     * @return whether no state has a number
     */
    public boolean isEmpty() {
        return states.isEmpty();
    }

    /** The numbers of the states that are queues of timers. */
    BitSet timers() {
        final BitSet timers = new BitSet();
        states.values().stream()
                .filter(named -> named.schema.startsWith(TIMERS))
                .forEach(named -> timers.set(named.number));
        return timers;
    }

    /** Names and schemas, in the order of numbers. */
    List<StateSchema> schemas() {
        final List<StateSchema> schemas = new ArrayList<>();
        states.forEach((name, named) -> schemas.add(new StateSchema(name, named.schema)));
        return schemas;
    }

    /** Numbers, in the order of {@link #schemas}. */
    List<Integer> numbers() {
        return states.values().stream().map(Named::number).toList();
    }
}
