package io.geminid.runtime.task.io;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.stream.EdgeSpec;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.chain.OperatorChain;
import io.geminid.runtime.task.mailbox.Mailbox;
import io.geminid.runtime.time.WatermarkValve;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.record.ReadStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Work of a task with inputs. Gates take turns, a batch of records each. Several edges may lead to
 * the same input of the operator (a union); they share a watermark valve.
 */
public final class InputWork implements Work {

    /** Records that one gate may give before the next one has its turn. */
    private static final int RECORDS_PER_GATE_MAX = 32;

    private final Mailbox mailbox;
    private final TaskOutputs outputs;
    private final OperatorChain chain;
    private final List<GateInput<?>> gates = new ArrayList<>();
    private final List<Integer> inputOfGate = new ArrayList<>();

    /** Gates of each input that may still have records. */
    private final Map<Integer, Integer> openGatesByInput = new TreeMap<>();

    private int turnOf;

    /**
     * Makes the work.
     *
     * @param mailbox looked at before each record
     * @param outputs looked at before each record
     * @param chain where records go
     * @param source the gates
     * @param wake wakes the task's thread; called by any thread
     */
    public InputWork(
            final Mailbox mailbox,
            final TaskOutputs outputs,
            final OperatorChain chain,
            final Gates source,
            final Runnable wake) {
        this.mailbox = mailbox;
        this.outputs = outputs;
        this.chain = chain;
        final Map<Integer, WatermarkValve> valves = valves(source, chain);
        final Map<Integer, Integer> channelsSoFar = new TreeMap<>();
        for (int i = 0; i < source.edges.size(); i++) {
            final JobEdge edge = source.edges.get(i);
            final InputGate gate = source.gates.get(i);
            final int input = edge.input();
            final int firstChannel = channelsSoFar.getOrDefault(input, 0);
            channelsSoFar.put(input, firstChannel + gate.channelCount());
            gates.add(
                    gateInput(
                            edge.spec(),
                            new GateInput.Source(gate, source.recordBytesMax),
                            new GateInput.Target<>(
                                    chain.input(input), valves.get(input), firstChannel),
                            wake));
            inputOfGate.add(input);
            openGatesByInput.merge(input, 1, Integer::sum);
        }
    }

    /**
     * The gates of a task.
     *
     * @param edges to the task's vertex
     * @param gates of each edge, in the same order; closed by the work
     * @param recordBytesMax longest record to accept
     */
    public record Gates(List<JobEdge> edges, List<InputGate> gates, int recordBytesMax) {}

    private static Map<Integer, WatermarkValve> valves(
            final Gates source, final OperatorChain chain) {
        final Map<Integer, Integer> channels = new TreeMap<>();
        for (int i = 0; i < source.edges.size(); i++) {
            final int count = source.gates.get(i).channelCount();
            channels.merge(source.edges.get(i).input(), count, Integer::sum);
        }
        final Map<Integer, WatermarkValve> valves = new TreeMap<>();
        channels.forEach(
                (input, count) -> valves.put(input, new WatermarkValve(count, chain.input(input))));
        return valves;
    }

    @SuppressWarnings("unchecked") // the graph gave edge and operator the same type
    private static <T> GateInput<T> gateInput(
            final EdgeSpec<T> spec,
            final GateInput.Source source,
            final GateInput.Target<?> target,
            final Runnable wake) {
        final Output<T> operator = (Output<T>) target.operator();
        return new GateInput<>(
                source,
                spec.serializer(),
                new GateInput.Target<>(operator, target.valve(), target.firstChannel()),
                wake);
    }

    @Override
    public WorkStatus turn() throws Exception {
        int gatesWithout = 0;
        int records = 0;
        while (gatesWithout < gates.size()) {
            final int index = turnOf;
            final GateInput<?> gate = gates.get(index);
            final ReadStatus last = gate.hasData() ? readSome(index, gate) : ReadStatus.NOTHING;
            if (last == ReadStatus.NOTHING || last == ReadStatus.FINISHED) {
                gatesWithout++;
            } else {
                gatesWithout = 0;
            }
            turnOf = index + 1 == gates.size() ? 0 : index + 1;
            records += RECORDS_PER_GATE_MAX;
            if (mailbox.hasPriorityMail() || records >= RECORDS_PER_TURN_MAX) {
                return openGatesByInput.isEmpty() ? WorkStatus.END : WorkStatus.MORE;
            }
            if (!outputs.isAvailable()) {
                return outputs.awaitAvailable() ? WorkStatus.NO_OUTPUT : WorkStatus.MORE;
            }
        }
        if (openGatesByInput.isEmpty()) {
            return WorkStatus.END;
        }
        return awaitInput() ? WorkStatus.NO_INPUT : WorkStatus.MORE;
    }

    /** Reads until the batch is full, nothing is there, or something else must be done first. */
    private ReadStatus readSome(final int index, final GateInput<?> gate) throws Exception {
        ReadStatus status = ReadStatus.RECORD;
        for (int i = 0; i < RECORDS_PER_GATE_MAX && gate.hasData(); i++) {
            if (mailbox.hasPriorityMail() || !outputs.isAvailable()) {
                return ReadStatus.RECORD;
            }
            status = gate.next();
            if (status == ReadStatus.NOTHING || status == ReadStatus.FINISHED) {
                return status;
            }
        }
        if (!gate.hasData()) {
            onEndOfData(inputOfGate.get(index));
        }
        return status;
    }

    private void onEndOfData(final int input) throws Exception {
        final int open = openGatesByInput.merge(input, -1, Integer::sum);
        if (open == 0) {
            openGatesByInput.remove(input);
            chain.endOfInput(input);
        }
    }

    private boolean awaitInput() {
        for (final GateInput<?> gate : gates) {
            if (gate.hasData() && !gate.awaitAvailable()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void acknowledgeAllRecordsProcessed() {
        gates.forEach(GateInput::acknowledgeAllRecordsProcessed);
    }

    @Override
    public boolean isFinished() throws Exception {
        boolean all = true;
        for (final GateInput<?> gate : gates) {
            all &= gate.drain();
        }
        return all;
    }

    @Override
    public long recordsIn() {
        return gates.stream().mapToLong(GateInput::records).sum();
    }

    @Override
    public long bytesIn() {
        return gates.stream().mapToLong(GateInput::bytes).sum();
    }

    @Override
    public void close() {
        gates.forEach(GateInput::close);
    }
}
