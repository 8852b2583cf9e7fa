package io.geminid.runtime.graph;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.runtime.graph.exchange.Exchange;
import io.geminid.runtime.graph.exchange.ExchangeMode;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which edges are blocking and which pipelined, by configuration: a program that says nothing runs
 * either way and gives the same result (RC-16, RC-17). Edges are named {@code producer->consumer},
 * after their operators. Immutable.
 *
 * @param policy for edges that are not named
 * @param blocking edges that are blocking
 * @param pipelined edges that are pipelined
 */
public record ExchangeModes(Policy policy, Set<String> blocking, Set<String> pipelined) {

    /** What holds for edges that are not named. */
    public enum Policy {
        /** What the program says. */
        PROGRAM,
        /** Blocking wherever the producer ends and records are exchanged between subtasks. */
        BLOCKING
    }

    /** What the program says, for all. */
    public static final ExchangeModes AS_PROGRAMMED =
            new ExchangeModes(Policy.PROGRAM, Set.of(), Set.of());

    /** The policy. */
    public static final ConfigKey<Policy> POLICY =
            ConfigKey.choice(
                    "geminid.exchange.policy",
                    Policy.PROGRAM,
                    "program: edges are as the program says; blocking: edges behind bounded"
                            + " sources are blocking, but for forward ones.");

    /** Edges that are blocking. */
    public static final ConfigKey<String> BLOCKING =
            ConfigKey.text(
                    "geminid.exchange.blocking",
                    "",
                    "Edges that are blocking whatever else is said, as producer->consumer,"
                            + " separated by commas.");

    /** Edges that are pipelined. */
    public static final ConfigKey<String> PIPELINED =
            ConfigKey.text(
                    "geminid.exchange.pipelined",
                    "",
                    "Edges that are pipelined whatever else is said, as producer->consumer,"
                            + " separated by commas.");

    /** All keys of this record. */
    public static final List<ConfigKey<?>> KEYS = List.of(POLICY, BLOCKING, PIPELINED);

    /** Copies the sets; an edge in both is an error. */
    public ExchangeModes {
        blocking = Set.copyOf(blocking);
        pipelined = Set.copyOf(pipelined);
        for (final String edge : blocking) {
            if (pipelined.contains(edge)) {
                throw new GraphException(
                        "edge=" + edge + " is named by both " + BLOCKING + " and " + PIPELINED);
            }
        }
    }

    /**
     * As configured.
     *
     * @param properties checked properties
     * @return the modes
     */
    public static ExchangeModes from(final GeminidProperties properties) {
        return new ExchangeModes(
                properties.get(POLICY),
                names(properties.get(BLOCKING)),
                names(properties.get(PIPELINED)));
    }

    private static Set<String> names(final String list) {
        final Set<String> names = new TreeSet<>();
        for (final String name : list.split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.trim());
            }
        }
        return names;
    }

    /** The mode of an edge. */
    ExchangeMode of(
            final String edge,
            final Exchange exchange,
            final ExchangeMode programmed,
            final boolean unbounded) {
        if (blocking.contains(edge)) {
            return ExchangeMode.BLOCKING;
        }
        if (pipelined.contains(edge)) {
            return ExchangeMode.PIPELINED;
        }
        return policy == Policy.BLOCKING && !unbounded && exchange != Exchange.FORWARD
                ? ExchangeMode.BLOCKING
                : programmed;
    }

    /** Refuses names of no edge. */
    void requireAmong(final Collection<String> edges) {
        final Set<String> named = new TreeSet<>(blocking);
        named.addAll(pipelined);
        named.removeAll(edges);
        if (!named.isEmpty()) {
            throw new GraphException(
                    "edges="
                            + named
                            + " of "
                            + BLOCKING
                            + " or "
                            + PIPELINED
                            + " are not there, known="
                            + new TreeSet<>(edges));
        }
    }
}
