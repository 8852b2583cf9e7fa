package io.geminid.runtime.graph;

import io.geminid.runtime.graph.stream.EdgeSpec;
import io.geminid.runtime.graph.stream.NodeSettings;
import io.geminid.runtime.graph.stream.StreamEdge;
import io.geminid.runtime.graph.stream.StreamNode;
import io.geminid.serial.RecordSerializer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A job graph as text. One fact a place, so that two graphs with the same text are the same. */
final class GraphDescription {

    private GraphDescription() {}

    static String describe(final JobGraph graph) {
        final StringBuilder text = new StringBuilder();
        for (final JobVertex vertex : graph.vertices()) {
            text.append("vertex=").append(vertex.id());
            text.append(" parallelism=").append(vertex.parallelism());
            text.append(" maxParallelism=").append(vertex.maxParallelism());
            text.append(" slotSharingGroup=").append(vertex.slotSharingGroup());
            text.append(" boundedness=").append(graph.boundedness(vertex.id())).append('\n');
            for (final StreamNode node : vertex.operators()) {
                describe(node, text);
            }
            for (final StreamEdge edge : vertex.chainedEdges()) {
                text.append("  chained");
                describe(edge, text);
            }
        }
        for (final JobEdge edge : graph.edges()) {
            text.append("edge=").append(edge.id());
            text.append(" vertices=").append(edge.sourceVertex());
            text.append("->").append(edge.targetVertex());
            describe(edge.operators(), text);
        }
        return text.toString();
    }

    static String fingerprint(final JobGraph graph) {
        try {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            final byte[] text = describe(graph).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(digest.digest(text));
        } catch (final NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static void describe(final StreamNode node, final StringBuilder text) {
        final NodeSettings settings = node.settings();
        text.append("  operator=").append(node.id());
        text.append(" name=").append(settings.name());
        text.append(" chaining=").append(settings.chaining());
        text.append(" key=").append(idOf(node.spec().keySerializer()));
        text.append(" does=").append(node.spec().description()).append('\n');
    }

    private static void describe(final StreamEdge edge, final StringBuilder text) {
        final EdgeSpec<?> spec = edge.spec();
        text.append(" operators=").append(edge.source()).append("->").append(edge.target());
        text.append(" input=").append(edge.input());
        text.append(" exchange=").append(spec.partitioner().exchange());
        text.append(" mode=").append(spec.mode());
        text.append(" serializer=").append(idOf(spec.serializer()));
        text.append(" sideOutput=");
        text.append(spec.sideOutput() == null ? "none" : spec.sideOutput().id());
        text.append(" service=").append(spec.shuffleService()).append('\n');
    }

    private static String idOf(final RecordSerializer<?> serializer) {
        return serializer == null ? "none" : serializer.id() + "@" + serializer.version();
    }
}
