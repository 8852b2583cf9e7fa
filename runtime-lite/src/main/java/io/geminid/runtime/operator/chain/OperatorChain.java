package io.geminid.runtime.operator.chain;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobVertex;
import io.geminid.runtime.graph.stream.StreamEdge;
import io.geminid.runtime.graph.stream.StreamNode;
import io.geminid.runtime.operator.BlockingPart;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.OutputTag;
import io.geminid.runtime.operator.SourceOperator;
import io.geminid.runtime.operator.StreamOperator;
import io.geminid.runtime.operator.TwoInputOperator;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.serial.RecordOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The operators of one subtask, joined by direct calls, with the life cycle of {@link
 * StreamOperator}. The task hands records and watermarks to {@link #input}, or polls {@link
 * #source}.
 *
 * <p>An instance serves one attempt of one subtask. Task thread only.
 */
public final class OperatorChain {

    private final JobVertex vertex;
    private final List<StreamOperator<?>> operators = new ArrayList<>();
    private final Map<Integer, Output<?>> outputs = new HashMap<>();
    private final Map<Integer, OperatorContext> contexts = new HashMap<>();

    /**
     * Makes the operators and joins them; nothing is opened yet.
     *
     * @param vertex what to make
     * @param contextOf makes the context of an operator; called once for each
     * @param outputOf makes the output of an edge to another vertex; called once for each. A side
     *     output's edge gets its records by the plain {@code collect} too
     */
    public OperatorChain(
            final JobVertex vertex,
            final Function<StreamNode, OperatorContext> contextOf,
            final Function<JobEdge, ? extends Output<?>> outputOf) {
        this.vertex = vertex;
        final Map<Integer, StreamOperator<?>> byNode = new HashMap<>();
        for (final StreamNode node : vertex.operators()) {
            final StreamOperator<?> operator = node.spec().factory().get();
            operators.add(operator);
            byNode.put(node.id(), operator);
            contexts.put(node.id(), contextOf.apply(node));
        }
        for (final StreamNode node : vertex.operators()) {
            outputs.put(node.id(), outputOf(node, byNode, outputOf));
        }
    }

    /**
     * Opens the operators, the last one first.
     *
     * @throws Exception fails the task; {@link #close} is to be called nevertheless
     */
    public void open() throws Exception {
        for (int i = operators.size() - 1; i >= 0; i--) {
            final int id = vertex.operators().get(i).id();
            open(operators.get(i), contexts.get(id), outputs.get(id));
        }
    }

    /**
     * The head, if it is a source.
     *
     * @return the head
     */
    public SourceOperator<?> source() {
        return (SourceOperator<?>) operators.get(0);
    }

    /**
     * Where the records, watermarks and status of an input go.
     *
     * @param input 0, or 1 if the head has two inputs
     * @param <T> type of the records, as the graph says
     * @return the head, seen as an output
     */
    @SuppressWarnings("unchecked") // the graph gave edge and operator the same type
    public <T> Output<T> input(final int input) {
        final String name = vertex.head().name();
        if (operators.get(0) instanceof TwoInputOperator<?, ?, ?> two) {
            return new TwoInputEntry<>(name, (TwoInputOperator<T, T, ?>) two, input);
        }
        if (input != 0) {
            throw new IllegalArgumentException("operator=" + name + " input=" + input);
        }
        return new ChainedOutput<>(name, (OneInputOperator<T, ?>) operators.get(0));
    }

    /**
     * One input of the head has ended; its last watermark came before.
     *
     * @param input 0 or 1
     * @throws Exception fails the task
     */
    public void endOfInput(final int input) throws Exception {
        operators.get(0).endOfInput(input);
    }

    /**
     * All inputs have ended, or the source has: operators finish, the head first.
     *
     * @throws Exception fails the task
     */
    public void finish() throws Exception {
        operators.get(0).finish();
        for (final StreamOperator<?> operator : operators.subList(1, operators.size())) {
            operator.endOfInput(0);
            operator.finish();
        }
    }

    /**
     * Takes the state of all operators, the head first.
     *
     * @param checkpoint number of the checkpoint
     * @param state gets what each operator wrote
     * @throws Exception fails the task
     */
    public void snapshot(final long checkpoint, final StateSink state) throws Exception {
        final RecordOutput out = new RecordOutput();
        for (int i = 0; i < operators.size(); i++) {
            out.beginInScratch();
            operators.get(i).snapshot(checkpoint, out);
            state.accept(vertex.operators().get(i), out, operators.get(i).blockingPart());
        }
    }

    /** Takes what operators write for a checkpoint. */
    @FunctionalInterface
    public interface StateSink {

        /**
         * Takes it.
         *
         * @param node whose
         * @param plain to be copied
         * @param blocking to be run elsewhere; {@code null} for nothing
         */
        void accept(StreamNode node, RecordOutput plain, BlockingPart blocking);
    }

    /**
     * Tells all operators that a checkpoint can be restored.
     *
     * @param checkpoint its number
     * @throws Exception fails the task
     */
    public void onCheckpointComplete(final long checkpoint) throws Exception {
        for (final StreamOperator<?> operator : operators) {
            operator.onCheckpointComplete(checkpoint);
        }
    }

    /**
     * Closes all operators, whatever each of them throws.
     *
     * @throws Exception the first failure, with the others attached
     */
    public void close() throws Exception {
        Exception failure = null;
        for (final StreamOperator<?> operator : operators) {
            try {
                operator.close();
            } catch (final Exception e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private Output<?> outputOf(
            final StreamNode node,
            final Map<Integer, StreamOperator<?>> byNode,
            final Function<JobEdge, ? extends Output<?>> outputOf) {
        final List<Output<Object>> main = new ArrayList<>();
        final List<RoutingOutput.Route<?>> side = new ArrayList<>();
        for (final StreamEdge edge : vertex.chainedEdges()) {
            if (edge.source() == node.id()) {
                add(edge, chainedOutput(edge.target(), byNode), main, side);
            }
        }
        for (final JobEdge edge : vertex.outputs()) {
            if (edge.operators().source() == node.id()) {
                add(edge.operators(), outputOf.apply(edge), main, side);
            }
        }
        return new RoutingOutput<>(node.name(), main, side);
    }

    private Output<?> chainedOutput(
            final int target, final Map<Integer, StreamOperator<?>> byNode) {
        String name = "";
        for (final StreamNode node : vertex.operators()) {
            if (node.id() == target) {
                name = node.name();
            }
        }
        return new ChainedOutput<>(name, (OneInputOperator<?, ?>) byNode.get(target));
    }

    @SuppressWarnings("unchecked") // the graph gave edge and operator the same type
    private static void add(
            final StreamEdge edge,
            final Output<?> output,
            final List<Output<Object>> main,
            final List<RoutingOutput.Route<?>> side) {
        if (edge.spec().sideOutput() == null) {
            main.add((Output<Object>) output);
        } else {
            final OutputTag<Object> tag = (OutputTag<Object>) edge.spec().sideOutput();
            side.add(new RoutingOutput.Route<>(tag, (Output<Object>) output));
        }
    }

    @SuppressWarnings("unchecked") // the graph gave edge and operator the same type
    private static <O> void open(
            final StreamOperator<O> operator, final OperatorContext context, final Output<?> output)
            throws Exception {
        operator.open(context, (Output<O>) output);
    }
}
