package io.geminid.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.api.StreamJob;
import io.geminid.runtime.connector.CollectSink;
import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.exchange.Exchange;
import io.geminid.runtime.graph.exchange.Partitioner;
import io.geminid.runtime.graph.stream.ChainingStrategy;
import io.geminid.runtime.graph.stream.EdgeSpec;
import io.geminid.runtime.graph.stream.NodeSettings;
import io.geminid.runtime.graph.stream.OperatorSpec;
import io.geminid.runtime.graph.stream.StreamGraph;
import io.geminid.runtime.operator.InputStatus;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.source.Boundedness;
import io.geminid.runtime.operator.source.Source;
import io.geminid.runtime.operator.source.SplitReader;
import io.geminid.runtime.task.io.Work;
import io.geminid.runtime.time.WatermarkStrategy;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.Serializers;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.partition.ResultPartition;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.heap.HeapStateStore;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A task driven step by step between a gate and a partition that the test controls. */
class TaskTest {

    private static final long END = Watermarks.MAX;

    private final List<String> log = new ArrayList<>();
    private final List<TaskState> states = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final FakePartition partition = new FakePartition(log);
    private final FakeGate gate = new FakeGate(log, 2);
    private final LoggingOperator operator = new LoggingOperator(log);
    private long nowMillis = 1_000;
    private int wakes;
    private Task task = makeTask(graphOf(operator), List.of(gate));

    private Task makeTask(final JobGraph graph, final List<FakeGate> gates) {
        final TaskPlan plan = new TaskPlan(new TaskId(7, graph.vertices().size() - 2, 0, 0), graph);
        final TaskShuffle shuffle =
                new TaskShuffle() {
                    @Override
                    public ResultPartition createPartition(final JobEdge edge) {
                        return partition;
                    }

                    @Override
                    public InputGate createGate(final JobEdge edge) {
                        return gates.get(plan.vertex().inputs().indexOf(edge));
                    }
                };
        final TaskContext context =
                new TaskContext(
                        () -> 1_000_000 * nowMillis,
                        () -> Instant.ofEpochMilli(nowMillis),
                        Runnable::run,
                        FileSystems.getDefault(),
                        new HeapStores(),
                        null,
                        1 << 20);
        return new Task(
                plan,
                context,
                shuffle,
                (id, state, failure) -> {
                    states.add(state);
                    if (failure != null) {
                        failures.add(failure);
                    }
                },
                () -> wakes++);
    }

    private static final class HeapStores implements StateStoreFactory {
        @Override
        public <K> StateStore<K> create(final StateStoreContext<K> context) {
            return new HeapStateStore<>(context);
        }
    }

    private static final class NothingSource implements Source<Long, String> {
        @Override
        public Boundedness boundedness() {
            return Boundedness.BOUNDED;
        }

        @Override
        public List<String> splits(final OperatorContext context) {
            return List.of();
        }

        @Override
        public SplitReader<Long> open(
                final String split, final OperatorContext context, final Runnable onAvailable) {
            throw new IllegalStateException(InputStatus.END.name());
        }
    }

    /** Steps until the task waits. */
    private void run() {
        while (task.runOneStep()) {
            nowMillis++;
        }
    }

    private void start() {
        run();
        assertThat(task.state()).isEqualTo(TaskState.DEPLOYING);
        task.start();
        run();
        log.clear();
    }

    private void endInput() {
        gate.watermark(0, END).watermark(1, END).endOfData();
    }

    @Test
    void aTaskThatIsDeployedWaitsForItsStart() {
        gate.records(0, 1);
        run();

        assertThat(states).containsExactly(TaskState.DEPLOYING);
        assertThat(log).isEmpty();
        task.start();
        run();
        assertThat(states)
                .containsExactly(TaskState.DEPLOYING, TaskState.INITIALIZING, TaskState.RUNNING);
        assertThat(log).containsExactly("open", "gate request", "record 1");
    }

    @Test
    void theEndGoesInStepsThatWaitForEachOther() {
        partition.processed = false;
        partition.consumed = false;
        start();
        gate.records(0, 1);
        endInput();
        run();
        assertThat(log)
                .containsExactly(
                        "record 1",
                        "watermark " + END,
                        "endOfInput 0",
                        "finish",
                        "partition endOfData",
                        "gate acknowledge 0",
                        "gate acknowledge 1");
        log.clear();

        partition.processed = true;
        partition.tell();
        run();
        assertThat(log).containsExactly("partition finish");
        assertThat(task.state()).isEqualTo(TaskState.RUNNING);
        log.clear();

        gate.endOfPartition();
        run();
        assertThat(log).isEmpty();

        partition.consumed = true;
        partition.tell();
        run();
        assertThat(log).containsExactly("close", "gate close", "gate close", "partition close");
        assertThat(task.state()).isEqualTo(TaskState.FINISHED);
        assertThat(task.isDone()).isTrue();
        assertThat(task.runOneStep()).isFalse();
        assertThat(gate.buffersOut()).isZero();
    }

    // INV M2
    @Test
    void aPriorityMailRunsBeforeTheNextRecord() {
        operator.when("record 2", () -> task.cancel());
        start();
        gate.records(0, 1, 2, 3, 4);
        run();

        assertThat(log).startsWith("record 1", "record 2").doesNotContain("record 3");
        assertThat(task.state()).isEqualTo(TaskState.CANCELED);
    }

    // INV M1
    @Test
    void mailsAndTimersRunInStepsAndBetweenRecords() {
        start();
        operator.given.services().mailbox().execute(() -> log.add("mail"));
        operator.given
                .services()
                .processingTime()
                .schedule(nowMillis + 100, time -> log.add("timer " + (time - nowMillis)));
        assertThat(log).isEmpty();
        gate.records(0, 1);
        run();
        assertThat(log).containsExactly("mail", "record 1");

        assertThat(task.nextTimerMillis()).isGreaterThan(nowMillis);
        nowMillis = task.nextTimerMillis();
        run();
        assertThat(log).containsExactly("mail", "record 1", "timer 0");
    }

    @Test
    void aMailWaitsForABatchOfRecordsAtMost() {
        start();
        gate.records(0, LongStream.range(0, 10_000).toArray());
        task.runOneStep();
        operator.given.services().mailbox().execute(() -> log.add("mail"));
        final int before = log.size();
        task.runOneStep();

        assertThat(log.get(before)).isEqualTo("mail");
        assertThat(before).isBetween(1, Work.RECORDS_PER_TURN_MAX);
    }

    // INV M3
    @Test
    void noRecordIsTakenWithoutOutput() {
        start();
        operator.when("record 2", () -> partition.available = false);
        gate.records(0, 1, 2, 3);
        run();
        assertThat(log).containsExactly("record 1", "record 2");
        assertThat(gate.left()).isEqualTo(1);
        assertThat(partition.listeners()).isEqualTo(1);
        run();
        assertThat(partition.listeners()).isEqualTo(1);

        nowMillis += 50;
        final int wakesBefore = wakes;
        partition.available = true;
        partition.tell();
        assertThat(wakes).isEqualTo(wakesBefore + 1);
        run();
        assertThat(log).containsExactly("record 1", "record 2", "record 3");
        assertThat(task.metrics().value(TaskMetrics.Counter.BACK_PRESSURED_NS))
                .isGreaterThanOrEqualTo(50_000_000);
    }

    @Test
    void outputIsFlushedBeforeTheThreadParks() {
        start();
        final int before = partition.flushes;
        gate.records(0, 1);
        while (task.runOneStep()) {
            assertThat(partition.flushes).isEqualTo(before);
        }
        assertThat(partition.flushes).isEqualTo(before + 1);
    }

    @Test
    void anIdleTaskIsWokenByItsInputAndCountsTheTime() {
        start();
        nowMillis += 50;
        final int before = wakes;
        gate.records(0, 1);
        assertThat(wakes).isEqualTo(before + 1);
        run();

        assertThat(task.metrics().value(TaskMetrics.Counter.IDLE_NS))
                .isGreaterThanOrEqualTo(50_000_000);
        assertThat(task.metrics().value(TaskMetrics.Counter.RECORDS_IN)).isEqualTo(1);
        assertThat(task.metrics().value(TaskMetrics.Counter.RECORDS_OUT)).isEqualTo(1);
        assertThat(task.metrics().value(TaskMetrics.Counter.BYTES_IN))
                .isEqualTo(1 + Long.BYTES)
                .isEqualTo(task.metrics().value(TaskMetrics.Counter.BYTES_OUT));
    }

    @Test
    void theWatermarkIsTheLowestOfTheChannels() {
        start();
        gate.watermark(0, 10).watermark(1, 5).watermark(1, 20);
        run();

        assertThat(log).containsExactly("watermark 5", "watermark 10");
    }

    @Test
    void edgesToOneInputAreOneInput() {
        final FakeGate other = new FakeGate(log, 1);
        task = makeTask(unionOf(operator), List.of(gate, other));
        start();
        gate.watermark(0, 5).watermark(1, 7).records(0, 1).endOfData();
        run();
        assertThat(log).containsExactly("record 1");

        other.watermark(0, 6).endOfData();
        run();
        assertThat(log)
                .startsWith("record 1", "watermark 5", "endOfInput 0", "finish")
                .containsOnlyOnce("endOfInput 0");
    }

    @Test
    void gatesTakeTurns() {
        final FakeGate other = new FakeGate(log, 1);
        task = makeTask(unionOf(operator), List.of(gate, other));
        start();
        gate.records(0, LongStream.range(0, 1_000).toArray());
        other.records(0, -1);
        run();

        assertThat(log.indexOf("record -1")).isBetween(0, Work.RECORDS_PER_TURN_MAX);
        assertThat(log).hasSize(1_001);
    }

    /** Two sources that both feed the same input of the operator that is tested. */
    private static JobGraph unionOf(final LoggingOperator tested) {
        final StreamGraph graph = new StreamGraph();
        final OperatorSpec source = OperatorSpec.source("source", () -> null, Boundedness.BOUNDED);
        graph.addNode(source, NodeSettings.of("left", 1));
        graph.addNode(source, NodeSettings.of("right", 1));
        graph.addNode(
                OperatorSpec.of("tested", () -> tested),
                NodeSettings.of("tested", 1).withChaining(ChainingStrategy.NEVER));
        graph.addNode(
                OperatorSpec.of("sink", () -> new CollectSink<Long>(value -> {})),
                NodeSettings.of("sink", 1).withChaining(ChainingStrategy.NEVER));
        final EdgeSpec<Long> edge =
                EdgeSpec.of(Partitioner.of(Exchange.REBALANCE), Serializers.LONG);
        graph.addEdge(0, 2, 0, edge);
        graph.addEdge(1, 2, 0, edge);
        graph.addEdge(2, 3, 0, edge);
        return JobGraph.of(graph);
    }

    @Test
    void aTaskMayBeCancelledBeforeItIsDeployed() {
        task.cancel();
        run();

        assertThat(states).containsExactly(TaskState.CANCELING, TaskState.CANCELED);
        assertThat(log).isEmpty();
    }

    @Test
    void aTaskMayBeCancelledWhileItWaitsForItsConsumers() {
        partition.processed = false;
        start();
        endInput();
        run();
        task.cancel();
        run();

        assertThat(task.state()).isEqualTo(TaskState.CANCELED);
        assertThat(log).endsWith("close", "gate close", "gate close", "partition close");
    }

    @Test
    void aTaskThatIsInterruptedInARecordIsCancelled() {
        partition.interrupts = true;
        operator.when("record 1", () -> task.cancel());
        start();
        gate.records(0, 1);
        run();

        assertThat(task.state()).isEqualTo(TaskState.CANCELED);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    // As it would break off what is written there: such a task failed instead of being cancelled.
    @Test
    void aTaskThatClosesIsNotInterruptedAnyMore() {
        operator.when(
                "close",
                () -> {
                    task.interrupt(Thread.currentThread());
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                });
        operator.when("record 1", () -> task.interrupt(Thread.currentThread()));
        start();
        gate.records(0, 1);
        task.runOneStep();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        task.cancel();
        run();

        assertThat(failures).isEmpty();
        assertThat(task.state()).isEqualTo(TaskState.CANCELED);
    }

    @Test
    void anInterruptWithoutCancellationIsAFailure() {
        partition.interrupts = true;
        start();
        gate.records(0, 1);
        run();

        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(failures.get(0)).hasMessageContaining("interrupted");
    }

    // F14
    @Test
    void aFailureAnywhereClosesEverythingOnce() {
        final List<String> calls =
                List.of("open", "record 1", "watermark " + END, "endOfInput 0", "finish", "close");
        for (final String call : calls) {
            log.clear();
            states.clear();
            failures.clear();
            final LoggingOperator failing = new LoggingOperator(log);
            failing.when(
                    call,
                    () -> {
                        throw new IOException("made in " + call);
                    });
            final FakeGate input = new FakeGate(log, 1);
            task = makeTask(graphOf(failing), List.of(input));
            task.start();
            input.records(0, 1).watermark(0, END).endOfData().endOfPartition();
            run();

            assertThat(states).endsWith(TaskState.FAILED);
            assertThat(failures).singleElement().asString().contains("made in " + call);
            assertThat(log).containsOnlyOnce("close").contains("gate close", "partition close");
            assertThat(input.buffersOut()).isZero();
        }
    }

    /** A source, the operator that is tested, and a sink; nothing chained. */
    private static JobGraph graphOf(final LoggingOperator tested) {
        final StreamJob job = new StreamJob();
        job.source(
                        "source",
                        new NothingSource(),
                        WatermarkStrategy.<Long>noWatermarks(),
                        Serializers.LONG)
                .transform("tested", () -> tested, Serializers.LONG)
                .chaining(ChainingStrategy.NEVER)
                .sink("sink", () -> new CollectSink<Long>(value -> {}));
        return job.toJobGraph();
    }

    @Test
    void aSecondFailureIsAttachedToTheFirst() {
        operator.when(
                "record 1",
                () -> {
                    throw new IOException("first");
                });
        operator.when(
                "close",
                () -> {
                    throw new IOException("second");
                });
        start();
        gate.records(0, 1);
        run();

        assertThat(failures).hasSize(1);
        assertThat(failures.get(0)).hasMessageContaining("first");
        assertThat(failures.get(0).getSuppressed()).singleElement().asString().contains("second");
        assertThat(log).contains("partition fail");
    }

    @Test
    void anInputThatIsBrokenIsNotTheTasksOwnFault() {
        start();
        gate.broken = new IOException("connection lost");
        gate.records(0, 1);
        run();

        assertThat(failures.get(0)).isInstanceOf(InputFailedException.class);
    }
}
