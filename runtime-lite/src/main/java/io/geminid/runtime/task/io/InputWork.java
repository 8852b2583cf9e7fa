package io.geminid.runtime.task.io;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.stream.EdgeSpec;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.chain.OperatorChain;
import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.runtime.task.checkpoint.TaskCheckpoints;
import io.geminid.runtime.task.mailbox.Mailbox;
import io.geminid.runtime.time.WatermarkValve;
import io.geminid.runtime.time.Watermarks;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.record.ReadStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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
    private final Map<Integer, WatermarkValve> valves;
    private final Set<Integer> ended = new TreeSet<>();
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
        valves = valves(source, chain);
        final Map<Integer, Integer> channelsSoFar = new TreeMap<>();
        int channelsBefore = 0;
        for (int i = 0; i < source.places.size(); i++) {
            final EdgePlace place = source.places.get(i);
            final JobEdge edge = place.edge();
            final InputGate gate = source.gates.get(i);
            final int input = edge.input();
            final int firstChannel = channelsSoFar.getOrDefault(input, 0);
            channelsSoFar.put(input, firstChannel + gate.channelCount());
            final GateInput<?> made =
                    gateInput(
                            edge.spec(),
                            new GateInput.Source(
                                    gate,
                                    place,
                                    source.checkpoints,
                                    channelsBefore,
                                    source.recordBytesMax),
                            new GateInput.Target<>(
                                    chain.input(input), valves.get(input), firstChannel),
                            wake);
            channelsBefore += made.channelCount();
            gate.onPriority(() -> mailbox.putPriority(made::readPriorityEvents));
            gates.add(made);
            inputOfGate.add(input);
            openGatesByInput.merge(input, 1, Integer::sum);
        }
        source.checkpoints.gates(gates);
    }

    /**
     * Puts event time to where it was, and tells the operators. After they were opened, before the
     * first turn.
     *
     * @param progress of the checkpoint that is restored
     */
    public void restore(final InputProgress progress) {
        ended.addAll(progress.ended());
        progress.inputs()
                .forEach(
                        (input, time) -> {
                            if (time.watermark() != Watermarks.NONE) {
                                valves.get(input).resend(time.watermark(), time.isIdle());
                            }
                        });
        gates.forEach(gate -> gate.restoreTime(progress.channels()));
    }

    @Override
    public InputProgress progress(final boolean finished) {
        final Map<ChannelId, InputProgress.EventTime> channels = new LinkedHashMap<>();
        gates.forEach(gate -> gate.addTimes(channels));
        final Map<Integer, InputProgress.EventTime> inputs = new TreeMap<>();
        valves.forEach(
                (input, valve) ->
                        inputs.put(
                                input,
                                new InputProgress.EventTime(valve.lastSent(), valve.isAllIdle())));
        return new InputProgress(channels, inputs, new TreeSet<>(ended), finished);
    }

    /**
     * The gates of a task.
     *
     * @param places of the edges to the task's vertex
     * @param gates of each edge, in the same order; closed by the work
     * @param checkpoints told of barriers
     * @param recordBytesMax longest record to accept
     */
    public record Gates(
            List<EdgePlace> places,
            List<InputGate> gates,
            TaskCheckpoints checkpoints,
            int recordBytesMax) {}

    private static Map<Integer, WatermarkValve> valves(
            final Gates source, final OperatorChain chain) {
        final Map<Integer, Integer> channels = new TreeMap<>();
        for (int i = 0; i < source.places.size(); i++) {
            final int count = source.gates.get(i).channelCount();
            channels.merge(source.places.get(i).edge().input(), count, Integer::sum);
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
            final ReadStatus last = readSome(index, gate);
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

    /**
     * Reads until the batch is full, nothing is there, or something else must be done first. Also a
     * gate that has ended: barriers still come on it, and others wait for them.
     */
    private ReadStatus readSome(final int index, final GateInput<?> gate) throws Exception {
        ReadStatus status = ReadStatus.RECORD;
        for (int i = 0; i < RECORDS_PER_GATE_MAX; i++) {
            if (mailbox.hasPriorityMail() || !outputs.isAvailable()) {
                return ReadStatus.RECORD;
            }
            final boolean hadData = gate.hasData();
            status = gate.next();
            if (hadData && !gate.hasData()) {
                onEndOfData(inputOfGate.get(index));
                return ReadStatus.EVENT;
            }
            if (status == ReadStatus.NOTHING || status == ReadStatus.FINISHED) {
                return status;
            }
        }
        return status;
    }

    private void onEndOfData(final int input) throws Exception {
        final int open = openGatesByInput.merge(input, -1, Integer::sum);
        if (open == 0) {
            openGatesByInput.remove(input);
            if (ended.add(input)) {
                chain.endOfInput(input);
            }
        }
    }

    private boolean awaitInput() {
        for (final GateInput<?> gate : gates) {
            if (!gate.awaitAvailable()) {
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
