package io.geminid.runtime.cluster.checkpoint;

import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.runtime.task.checkpoint.ChannelState;
import io.geminid.runtime.task.log.ConsumedInput;
import io.geminid.runtime.task.log.LogPosition;
import io.geminid.runtime.task.log.LoggedOutput;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts what is in flight in a checkpoint out of the logs of producers: in each channel what lies
 * between the consumer's position and the producer's barrier. From then on it looks as if it had
 * been kept when the barrier overtook it. Nothing to do for tasks that keep it so.
 */
final class LogCut {

    private final Map<ChannelId, Consumer> consumers = new LinkedHashMap<>();
    private final Map<ChannelId, LoggedOutput.Channel> producers = new LinkedHashMap<>();

    /** A consumer's end of a channel. */
    private record Consumer(long position, boolean aligned) {}

    /** Takes what one task has said. */
    void add(final OperatorSnapshot operator) {
        for (final SubtaskSnapshot subtask : operator.subtasks()) {
            for (final StatePart part : subtask.parts()) {
                if (ConsumedInput.is(part)) {
                    final ConsumedInput input = ConsumedInput.read(part);
                    for (final LogPosition at : input.positions()) {
                        consumers.put(at.channel(), new Consumer(at.position(), input.aligned()));
                    }
                } else if (LoggedOutput.is(part)) {
                    LoggedOutput.read(part)
                            .channels()
                            .forEach(channel -> producers.put(channel.id(), channel));
                }
            }
        }
    }

    /**
     * Why nothing can be cut out, when all tasks have answered; {@code null} if it can.
     *
     * @throws IllegalStateException if what both ends of a channel say cannot be: a mistake of this
     *     program
     */
    String hole() {
        if (!consumers.keySet().equals(producers.keySet())) {
            return "not all tasks log what they send: geminid.checkpoint.channel-persister differs";
        }
        String hole = null;
        for (final LoggedOutput.Channel producer : producers.values()) {
            final Consumer consumer = consumers.get(producer.id());
            if (consumer.position > producer.end()
                    || consumer.aligned && consumer.position != producer.end()) {
                throw new IllegalStateException(
                        producer.id()
                                + " consumed="
                                + consumer.position
                                + " barrier="
                                + producer.end()
                                + " aligned="
                                + consumer.aligned);
            }
            if (consumer.position < producer.start()) {
                hole =
                        producer.id()
                                + " consumed="
                                + consumer.position
                                + " logBeginsAt="
                                + producer.start();
            }
        }
        return hole;
    }

    /** What is in flight in all channels. */
    long bytes() {
        return producers.values().stream()
                .mapToLong(producer -> producer.end() - consumers.get(producer.id()).position)
                .sum();
    }

    /** Before these, nothing in the logs is needed once the checkpoint is complete. */
    List<LogPosition> consumed() {
        final List<LogPosition> positions = new ArrayList<>();
        consumers.forEach((id, at) -> positions.add(new LogPosition(id, at.position)));
        return positions;
    }

    /** With what is in flight, and nothing of logs. */
    OperatorSnapshot cut(final OperatorSnapshot operator) {
        return replaced(operator, true);
    }

    /** With nothing of logs: what is in flight was copied besides. */
    OperatorSnapshot without(final OperatorSnapshot operator) {
        return replaced(operator, false);
    }

    private OperatorSnapshot replaced(final OperatorSnapshot operator, final boolean cuts) {
        final List<SubtaskSnapshot> subtasks = new ArrayList<>();
        for (final SubtaskSnapshot subtask : operator.subtasks()) {
            final List<StatePart> parts = new ArrayList<>();
            for (final StatePart part : subtask.parts()) {
                if (LoggedOutput.is(part)) {
                    if (cuts) {
                        addCut(part, parts);
                    }
                } else if (!ConsumedInput.is(part)) {
                    parts.add(part);
                }
            }
            subtasks.add(new SubtaskSnapshot(subtask.subtask(), parts));
        }
        return new OperatorSnapshot(
                operator.operator(), operator.parallelism(), operator.maxParallelism(), subtasks);
    }

    private void addCut(final StatePart logged, final List<StatePart> parts) {
        final ChannelState inFlight = new ChannelState();
        for (final LoggedOutput.Channel channel : LoggedOutput.read(logged).channels()) {
            final long position = consumers.get(channel.id()).position;
            inFlight.addRestored(channel.id(), channel.from(position));
        }
        if (!inFlight.isEmpty()) {
            parts.add(inFlight.part(PartKind.OUTPUT_CHANNELS));
        }
    }
}
