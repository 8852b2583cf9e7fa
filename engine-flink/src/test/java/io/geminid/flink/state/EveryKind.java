package io.geminid.flink.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.state.AggregatingStateDescriptor;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.CheckpointableKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyGroupedInternalPriorityQueue;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.internal.InternalAppendingState;
import org.apache.flink.runtime.state.internal.InternalKvState;
import org.apache.flink.runtime.state.internal.InternalListState;
import org.apache.flink.runtime.state.internal.InternalMergingState;
import org.apache.flink.streaming.api.operators.TimerHeapInternalTimer;
import org.apache.flink.streaming.api.operators.TimerSerializer;

/**
 * Every kind of state, with and without namespaces and times to live, and timers, in one backend;
 * the same operations on any backend leave the same dump.
 */
final class EveryKind {

    private static final int NAMESPACES = 4;
    private static final int LONG_VALUE_BYTES = 100_000;
    private static final StateTtlConfig LIVES_LONG =
            StateTtlConfig.newBuilder(java.time.Duration.ofDays(10_000)).build();

    private final CheckpointableKeyedStateBackend<String> backend;
    private final boolean nulls;
    private final KeyGroupRange range;
    private final Map<String, Named<?>> states = new TreeMap<>();
    private final KeyGroupedInternalPriorityQueue<TimerHeapInternalTimer<String, String>> timers;

    private record Named<N>(InternalKvState<String, N, ?> state, TypeSerializer<N> namespaces) {}

    /**
     * Asks for all states, whether they are new or restored.
     *
     * @param nulls whether maps get null values: Flink's heap backend keeps them, but fails when it
     *     writes a canonical savepoint
     */
    EveryKind(final CheckpointableKeyedStateBackend<String> backend, final boolean nulls)
            throws Exception {
        this.backend = backend;
        this.nulls = nulls;
        this.range = backend.getKeyGroupRange();
        final VoidNamespaceSerializer none = VoidNamespaceSerializer.INSTANCE;
        final TypeSerializer<String> names = StringSerializer.INSTANCE;
        add(none, new ValueStateDescriptor<>("value", Types.LONG));
        add(names, new ValueStateDescriptor<>("value-by-name", Types.STRING));
        final ValueStateDescriptor<String> ages = new ValueStateDescriptor<>("aging", Types.STRING);
        ages.enableTimeToLive(LIVES_LONG);
        add(none, ages);
        add(none, new ListStateDescriptor<>("list", Types.STRING));
        add(names, new ListStateDescriptor<>("list-by-name", Types.LONG));
        final ListStateDescriptor<Long> agingList =
                new ListStateDescriptor<>("aging-list", Types.LONG);
        agingList.enableTimeToLive(LIVES_LONG);
        add(none, agingList);
        add(none, new MapStateDescriptor<>("map", Types.STRING, Types.LONG));
        add(LongSerializer.INSTANCE, new MapStateDescriptor<>("map-n", Types.LONG, Types.STRING));
        final MapStateDescriptor<Long, String> agingMap =
                new MapStateDescriptor<>("aging-map", Types.LONG, Types.STRING);
        agingMap.enableTimeToLive(LIVES_LONG);
        add(none, agingMap);
        add(names, new ReducingStateDescriptor<>("reducing", Long::sum, Types.LONG));
        add(
                names,
                new AggregatingStateDescriptor<>(
                        "aggregating", new Mean(), Types.TUPLE(Types.LONG, Types.LONG)));
        timers =
                backend.create(
                        "timers",
                        new TimerSerializer<>(
                                StringSerializer.INSTANCE, StringSerializer.INSTANCE));
    }

    private <N, S extends State, V> void add(
            final TypeSerializer<N> namespaces, final StateDescriptor<S, V> descriptor)
            throws Exception {
        final InternalKvState<String, N, ?> state = state(namespaces, descriptor);
        states.put(descriptor.getName(), new Named<>(state, namespaces));
    }

    @SuppressWarnings("unchecked") // every state of a backend is one
    private <N, S extends State, V> InternalKvState<String, N, ?> state(
            final TypeSerializer<N> namespaces, final StateDescriptor<S, V> descriptor)
            throws Exception {
        return (InternalKvState<String, N, ?>)
                backend.getOrCreateKeyedState(namespaces, descriptor);
    }

    /** Mean of longs. */
    private static final class Mean implements AggregateFunction<Long, Tuple2<Long, Long>, Double> {
        private static final long serialVersionUID = 1L;

        @Override
        public Tuple2<Long, Long> createAccumulator() {
            return Tuple2.of(0L, 0L);
        }

        @Override
        public Tuple2<Long, Long> add(final Long value, final Tuple2<Long, Long> sum) {
            return Tuple2.of(sum.f0 + value, sum.f1 + 1);
        }

        @Override
        public Double getResult(final Tuple2<Long, Long> sum) {
            return (double) sum.f0 / sum.f1;
        }

        @Override
        public Tuple2<Long, Long> merge(final Tuple2<Long, Long> a, final Tuple2<Long, Long> b) {
            return Tuple2.of(a.f0 + b.f0, a.f1 + b.f1);
        }
    }

    /** Some operations on keys of the backend's groups. */
    void change(final Random random, final int operations) throws Exception {
        for (int i = 0; i < operations; i++) {
            final String key = "key-" + random.nextInt(1 + operations / 4);
            if (range.contains(
                    KeyGroupRangeAssignment.assignToKeyGroup(key, KeyedBackends.GROUPS))) {
                backend.setCurrentKey(key);
                final List<Named<?>> all = new ArrayList<>(states.values());
                change(all.get(random.nextInt(all.size())), random);
                if (random.nextInt(5) == 0) {
                    timers.add(
                            // Of timers of one time, any may be the next.
                            new TimerHeapInternalTimer<>(
                                    random.nextInt(100) * 1_000_000L + i, key, name(random)));
                }
                if (random.nextInt(20) == 0) {
                    timers.poll();
                }
            } else {
                random.nextLong();
            }
        }
    }

    private static String name(final Random random) {
        return "n" + random.nextInt(NAMESPACES);
    }

    @SuppressWarnings("unchecked") // the namespace's serializer says which it is
    private static <N> N namespace(final TypeSerializer<N> serializer, final Random random) {
        if (serializer instanceof VoidNamespaceSerializer) {
            return (N) VoidNamespace.INSTANCE;
        }
        return serializer instanceof LongSerializer
                ? (N) (Long) (long) random.nextInt(NAMESPACES)
                : (N) name(random);
    }

    @SuppressWarnings("unchecked") // each kind gets what its descriptor says
    private <N> void change(final Named<N> named, final Random random) throws Exception {
        final InternalKvState<String, N, ?> state = named.state;
        state.setCurrentNamespace(namespace(named.namespaces, random));
        if (random.nextInt(10) == 0) {
            state.clear();
        } else if (state instanceof ValueState<?> value) {
            ((ValueState<Object>) value)
                    .update(state == states.get("value").state ? random.nextLong() : text(random));
        } else if (state instanceof MapState<?, ?> map) {
            changeMap((MapState<Object, Object>) map, state, random);
        } else if (state instanceof InternalMergingState<?, ?, ?, ?, ?> merging
                && random.nextInt(10) == 0
                && !(named.namespaces instanceof VoidNamespaceSerializer)) {
            final N target = namespace(named.namespaces, random);
            final List<N> sources = new ArrayList<>();
            for (int i = 0; i < NAMESPACES; i++) {
                final N source = (N) ("n" + i);
                if (!source.equals(target)) {
                    sources.add(source);
                }
            }
            ((InternalMergingState<String, N, ?, ?, ?>) merging).mergeNamespaces(target, sources);
        } else {
            final boolean texts = state == states.get("list").state;
            ((InternalAppendingState<String, N, Object, ?, ?>) state)
                    .add(texts ? text(random) : (Object) (long) random.nextInt(1000));
        }
    }

    private void changeMap(
            final MapState<Object, Object> map, final Object state, final Random random)
            throws Exception {
        final boolean byText = state == states.get("map").state;
        final int number = random.nextInt(200);
        final Object key = byText ? "entry" + number : (Object) (long) number;
        if (random.nextInt(6) == 0) {
            map.remove(key);
        } else if (nulls && random.nextInt(6) == 0) {
            map.put(key, null);
        } else {
            map.put(key, byText ? (Object) random.nextLong() : text(random));
        }
    }

    private static String text(final Random random) {
        final int length =
                random.nextInt(200) == 0
                        ? LONG_VALUE_BYTES
                        : random.nextInt(1 + random.nextInt(60));
        final StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('!' + random.nextInt(random.nextInt(30) == 0 ? 3000 : 90)));
        }
        return text.toString();
    }

    /** All that is in the backend, comparable with that of another one. */
    Map<String, Object> dump() throws Exception {
        final Map<String, Object> dump = new TreeMap<>();
        for (final Map.Entry<String, Named<?>> each : states.entrySet()) {
            dump(each.getKey(), each.getValue(), dump);
        }
        for (final int group : range) {
            dump.put("timers of " + group, new HashSet<>(timers.getSubsetForKeyGroup(group)));
        }
        dump.put("timers", timers.size());
        return dump;
    }

    private <N> void dump(final String name, final Named<N> named, final Map<String, Object> dump)
            throws Exception {
        final List<Tuple2<String, N>> cells =
                backend.<N>getKeysAndNamespaces(name).distinct().toList();
        for (final Tuple2<String, N> cell : cells) {
            backend.setCurrentKey(cell.f0);
            named.state.setCurrentNamespace(cell.f1);
            dump.put(name + " " + cell.f0 + " " + cell.f1, content(named.state));
        }
    }

    private static Object content(final InternalKvState<String, ?, ?> state) throws Exception {
        if (state instanceof ValueState<?> value) {
            return value.value();
        }
        if (state instanceof MapState<?, ?> map) {
            final Map<Object, Object> all = new HashMap<>();
            for (final Map.Entry<?, ?> entry : map.entries()) {
                all.put(entry.getKey(), String.valueOf(entry.getValue()));
            }
            return all;
        }
        if (state instanceof InternalListState<?, ?, ?> list) {
            final List<Object> all = new ArrayList<>();
            list.get().forEach(all::add);
            return all;
        }
        return ((InternalAppendingState<?, ?, ?, ?, ?>) state).get();
    }
}
