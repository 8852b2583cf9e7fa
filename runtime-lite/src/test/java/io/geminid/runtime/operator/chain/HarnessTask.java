package io.geminid.runtime.operator.chain;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobVertex;
import io.geminid.runtime.graph.execution.ExecutionGraph.InputChannelSpec;
import io.geminid.runtime.graph.execution.ExecutionVertex;
import io.geminid.runtime.operator.InputStatus;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.context.SubtaskInfo;
import io.geminid.runtime.time.WatermarkStatus;
import io.geminid.runtime.time.WatermarkValve;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** One subtask of a {@link JobHarness}. A step takes one element of one channel, or polls once. */
final class HarnessTask {

    private final JobHarness job;
    private final ExecutionVertex vertex;
    private final OperatorChain chain;
    private final List<OperatorContext> contexts = new ArrayList<>();
    private final List<HarnessOutput> outputs = new ArrayList<>();
    private final List<Channel> channels = new ArrayList<>();
    private final List<Output<Object>> entries = new ArrayList<>();
    private final List<WatermarkValve> valves = new ArrayList<>();
    private final int[] openChannels = new int[2];
    private int queued;
    private boolean available = true;
    private boolean done;

    HarnessTask(final JobHarness job, final ExecutionVertex vertex) {
        this.job = job;
        this.vertex = vertex;
        final JobVertex jobVertex = vertex.jobVertex();
        chain =
                new OperatorChain(
                        jobVertex,
                        node -> {
                            final SubtaskInfo subtask =
                                    new SubtaskInfo(
                                            node.name(),
                                            vertex.subtask(),
                                            node.parallelism(),
                                            node.settings().maxParallelism(),
                                            vertex.attempt());
                            contexts.add(job.context(subtask, node.spec().keySerializer()));
                            return contexts.get(contexts.size() - 1);
                        },
                        edge -> {
                            outputs.add(new HarnessOutput(job, edge, vertex.subtask()));
                            return outputs.get(outputs.size() - 1);
                        });
        for (final JobEdge edge : jobVertex.inputs()) {
            for (final InputChannelSpec spec : job.graph().inputChannels(edge, vertex.subtask())) {
                final int index = openChannels[edge.input()]++;
                channels.add(new Channel(edge, spec, index));
            }
        }
        for (int input = 0; input < 2 && openChannels[input] > 0; input++) {
            entries.add(chain.input(input));
            valves.add(new WatermarkValve(openChannels[input], entries.get(input)));
        }
    }

    ExecutionVertex vertex() {
        return vertex;
    }

    Channel channel(final JobEdge edge, final int producer, final int subpartition) {
        return channels.stream()
                .filter(
                        c ->
                                c.edge == edge
                                        && c.spec.partition().producer() == producer
                                        && c.spec.subpartition() == subpartition)
                .findFirst()
                .orElseThrow();
    }

    void open() {
        try {
            if (channels.isEmpty()) {
                chain.source().onAvailable(() -> available = true);
            }
            chain.open();
        } catch (final Exception e) {
            throw new AssertionError(e);
        }
    }

    boolean isDone() {
        return done;
    }

    boolean canStep() {
        if (done) {
            return false;
        }
        return channels.isEmpty() ? available : queued > 0;
    }

    void step() {
        try {
            if (channels.isEmpty()) {
                pollSource();
            } else {
                int drawn = job.draw(channels.size());
                while (channels.get(drawn).queue.isEmpty()) {
                    drawn = (drawn + 1) % channels.size();
                }
                take(channels.get(drawn));
            }
        } catch (final Exception e) {
            throw new AssertionError(e);
        }
    }

    void close() {
        try {
            chain.close();
            contexts.forEach(job::addCounters);
        } catch (final Exception e) {
            throw new AssertionError(e);
        }
    }

    private void pollSource() throws Exception {
        available = false;
        final InputStatus status = chain.source().emitNext();
        if (status == InputStatus.END) {
            finish();
        } else if (status == InputStatus.MORE) {
            available = true;
        }
    }

    private void take(final Channel channel) throws Exception {
        final Element element = channel.queue.remove();
        queued--;
        final int input = channel.edge.input();
        final WatermarkValve valve = valves.get(input);
        switch (element.kind()) {
            case RECORD -> entries.get(input).collect(element.value(), element.time());
            case WATERMARK -> valve.onWatermark(channel.index, element.time());
            case IDLE -> valve.onStatus(channel.index, WatermarkStatus.IDLE);
            case ACTIVE -> valve.onStatus(channel.index, WatermarkStatus.ACTIVE);
            case END -> {
                if (--openChannels[input] == 0) {
                    chain.endOfInput(input);
                }
                if (Arrays.stream(openChannels).sum() == 0) {
                    finish();
                }
            }
        }
    }

    private void finish() throws Exception {
        chain.finish();
        outputs.forEach(HarnessOutput::end);
        done = true;
    }

    /** What travels in a channel. */
    enum Kind {
        RECORD,
        WATERMARK,
        IDLE,
        ACTIVE,
        END
    }

    /**
     * One of them.
     *
     * @param kind what it is
     * @param value a record's value
     * @param time a record's timestamp, or the watermark
     */
    record Element(Kind kind, Object value, long time) {}

    /** One queue into this task. */
    final class Channel {
        private final Deque<Element> queue = new ArrayDeque<>();
        private final JobEdge edge;
        private final InputChannelSpec spec;
        private final int index;

        Channel(final JobEdge edge, final InputChannelSpec spec, final int index) {
            this.edge = edge;
            this.spec = spec;
            this.index = index;
        }

        void add(final Element element) {
            queue.add(element);
            queued++;
        }
    }
}
