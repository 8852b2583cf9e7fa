package io.geminid.runtime.operator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.exchange.Exchange;
import io.geminid.runtime.graph.exchange.Partitioner;
import io.geminid.runtime.graph.stream.EdgeSpec;
import io.geminid.runtime.graph.stream.NodeSettings;
import io.geminid.runtime.graph.stream.OperatorSpec;
import io.geminid.runtime.graph.stream.StreamGraph;
import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.InputStatus;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.OperatorException;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.OutputTag;
import io.geminid.runtime.operator.RecordedOutput;
import io.geminid.runtime.operator.RecordedOutput.Element;
import io.geminid.runtime.operator.SourceOperator;
import io.geminid.runtime.operator.TestServices;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.context.SubtaskInfo;
import io.geminid.runtime.operator.source.Boundedness;
import io.geminid.runtime.time.ManualProcessingTime;
import io.geminid.runtime.time.WatermarkStatus;
import io.geminid.serial.Serializers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A chain that branches: head to left, side output of head to right, right to tail. */
class OperatorChainTest {

    private static final OutputTag<Long> ODD = new OutputTag<>("odd", Serializers.LONG);

    private final List<String> calls = new ArrayList<>();
    private String failing = "";
    private final RecordedOutput<Long> network = new RecordedOutput<>();
    private final OperatorChain chain =
            new OperatorChain(
                    graph().vertices().get(0),
                    node ->
                            TestServices.context(
                                    new SubtaskInfo(node.name(), 0, 1, 128, 0),
                                    null,
                                    new ManualProcessingTime(0),
                                    1),
                    edge -> network);

    private JobGraph graph() {
        final StreamGraph graph = new StreamGraph();
        final OperatorSpec source =
                OperatorSpec.source("source", () -> new Logged("head"), Boundedness.BOUNDED);
        final int head = graph.addNode(source, NodeSettings.of("head", 1)).id();
        final int left = add(graph, "left");
        final int right = add(graph, "right");
        final int tail = add(graph, "tail");
        final int away = add(graph, "away");
        final EdgeSpec<Long> forward =
                EdgeSpec.of(Partitioner.of(Exchange.FORWARD), Serializers.LONG);
        graph.addEdge(head, left, 0, forward);
        graph.addEdge(head, right, 0, forward.withSideOutput(ODD));
        graph.addEdge(right, tail, 0, forward);
        graph.addEdge(tail, away, 0, forward.withPartitioner(Partitioner.of(Exchange.REBALANCE)));
        final JobGraph job = JobGraph.of(graph);
        assertThat(job.vertices()).hasSize(2);
        return job;
    }

    private int add(final StreamGraph graph, final String name) {
        final OperatorSpec spec = OperatorSpec.of("logged", () -> new Logged(name));
        return graph.addNode(spec, NodeSettings.of(name, 1)).id();
    }

    @Test
    void opensFromTheEndAndFinishesFromTheHead() throws Exception {
        chain.open();
        assertThat(calls).containsExactly("tail open", "right open", "left open", "head open");
        calls.clear();
        chain.finish();
        assertThat(calls)
                .containsExactly(
                        "head finish",
                        "left endOfInput",
                        "left finish",
                        "right endOfInput",
                        "right finish",
                        "tail endOfInput",
                        "tail finish");
        calls.clear();
        chain.close();
        assertThat(calls).containsExactly("head close", "left close", "right close", "tail close");
    }

    @Test
    void recordsGoToTheirOutputAndWatermarksToAll() throws Exception {
        chain.open();
        calls.clear();
        for (int i = 0; i < 4; i++) {
            chain.source().emitNext();
        }
        assertThat(calls)
                .containsExactly(
                        "right 1",
                        "tail 1",
                        "left 2",
                        "left watermark 2",
                        "right watermark 2",
                        "tail watermark 2",
                        "left IDLE",
                        "right IDLE",
                        "tail IDLE");
        assertThat(network.drain())
                .containsExactly(new Element("", 1L, 1), 2L, WatermarkStatus.IDLE);
    }

    @Test
    void aFailureNamesItsOperator() throws Exception {
        chain.open();
        failing = "tail";
        assertThatThrownBy(() -> chain.source().emitNext())
                .isInstanceOf(OperatorException.class)
                .hasMessage("operator=tail failed: java.io.IOException: on purpose");
    }

    @Test
    void closesAllWhateverFails() throws Exception {
        chain.open();
        calls.clear();
        failing = "close";
        assertThatThrownBy(chain::close)
                .hasMessage("head")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(3));
        assertThat(calls).hasSize(4);
        assertThatThrownBy(() -> chain.input(1)).isInstanceOf(Exception.class);
    }

    /** Writes down what it is asked to do, and passes on. */
    private final class Logged extends AbstractOperator<Long>
            implements OneInputOperator<Long, Long>, SourceOperator<Long> {

        private final String name;
        private long next;

        Logged(final String name) {
            this.name = name;
        }

        @Override
        public void open(final OperatorContext newContext, final Output<Long> newOutput)
                throws Exception {
            super.open(newContext, newOutput);
            calls.add(name + " open");
        }

        @Override
        public InputStatus emitNext() {
            next++;
            if (next == 1) {
                output().collect(ODD, 1L, 1);
            } else if (next == 2) {
                output().collect(2L, 2);
                output().emitWatermark(2);
            } else if (next == 3) {
                output().emitStatus(WatermarkStatus.IDLE);
                output().emitStatus(WatermarkStatus.IDLE);
            } else {
                output().emitWatermark(4); // idle: goes nowhere
            }
            return InputStatus.MORE;
        }

        @Override
        public void onAvailable(final Runnable listener) {}

        @Override
        public void processElement(final Long value, final long timestampMillis) throws Exception {
            calls.add(name + " " + value);
            if (name.equals(failing)) {
                throw new IOException("on purpose");
            }
            output().collect(value, timestampMillis);
        }

        @Override
        public void processWatermark(final long watermark) throws Exception {
            calls.add(name + " watermark " + watermark);
            super.processWatermark(watermark);
        }

        @Override
        public void processWatermarkStatus(final WatermarkStatus status) throws Exception {
            calls.add(name + " " + status);
            super.processWatermarkStatus(status);
        }

        @Override
        public void endOfInput(final int input) {
            calls.add(name + " endOfInput");
        }

        @Override
        public void finish() {
            calls.add(name + " finish");
        }

        @Override
        public void close() throws Exception {
            calls.add(name + " close");
            if ("close".equals(failing)) {
                throw new Exception(name);
            }
        }
    }
}
