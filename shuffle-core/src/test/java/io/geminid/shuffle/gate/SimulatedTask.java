package io.geminid.shuffle.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.event.EndOfData;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.event.ShuffleEvent;
import io.geminid.shuffle.event.UserEvent;
import io.geminid.shuffle.partition.PipelinedResultPartition;
import io.geminid.shuffle.record.RawRecordReader;
import io.geminid.shuffle.record.ReadStatus;
import io.geminid.shuffle.wire.FrameHeader;
import java.io.IOException;
import java.util.Random;

/**
 * A task in a simulation: reads a gate if it has one, writes a partition if it has one, and passes
 * aligned barriers on. Each step does one thing or begins to wait; it never blocks.
 *
 * <p>Checks what every channel owes it: records in order without a gap, barriers in order, nothing
 * but priority events after a barrier until the channel is resumed, priority events in order,
 * nothing after the end (INV U2, K9).
 */
final class SimulatedTask {

    /** An aligned barrier: blocks the channel. */
    static final int BARRIER = 1;

    /** An event that overtakes data. */
    static final int URGENT = 2;

    /** Fits into one fresh segment with its length and a header, so that emitting never waits. */
    static final int RECORD_BYTES_MAX = 4096 - FrameHeader.LENGTH_BYTES - Integer.BYTES;

    private static final int RECORD_BYTES_MIN = 12;

    private final String name;
    private final Random random;
    private final PipelinedInputGate gate;
    private final RawRecordReader reader;
    private final PipelinedResultPartition partition;

    // A source's plan.
    private final int source;
    private int recordsLeft;
    private int barriersLeft;
    private int recordsEmitted;

    // What was written.
    private final int[] hopWritten;
    private long barriersWritten;
    private long urgentWritten;

    // What was read.
    private final int[] hopRead;
    private final long[] barriersRead;
    private final long[] urgentRead;
    private final boolean[] dataEnded;
    private final boolean[] ended;
    private int aligned;
    private int dataEndedCount;
    private long recordsRead;
    private long checksumRead;
    private int hold;
    private boolean holding;

    private boolean waiting;
    private boolean endOfDataSent;
    private boolean finishSent;
    private boolean done;

    SimulatedTask(
            final String name,
            final Random random,
            final PipelinedInputGate gate,
            final PipelinedResultPartition partition,
            final int source) {
        this.name = name;
        this.random = random;
        this.gate = gate;
        this.reader = gate == null ? null : new RawRecordReader(gate, 1 << 20);
        this.partition = partition;
        this.source = source;
        final int outputs = partition == null ? 0 : partition.subpartitionCount();
        final int inputs = gate == null ? 0 : gate.channelCount();
        this.hopWritten = new int[outputs];
        this.hopRead = new int[inputs];
        this.barriersRead = new long[inputs];
        this.urgentRead = new long[inputs];
        this.dataEnded = new boolean[inputs];
        this.ended = new boolean[inputs];
    }

    SimulatedTask plan(final int records, final int barriers) {
        recordsLeft = records;
        barriersLeft = barriers;
        return this;
    }

    boolean isRunnable() {
        return !done && !waiting;
    }

    boolean isDone() {
        return done;
    }

    PipelinedInputGate gate() {
        return gate;
    }

    PipelinedResultPartition partition() {
        return partition;
    }

    long recordsRead() {
        return recordsRead;
    }

    long checksumRead() {
        return checksumRead;
    }

    int recordsEmitted() {
        return recordsEmitted;
    }

    long sentChecksum() {
        long sum = 0;
        for (int seq = 0; seq < recordsEmitted; seq++) {
            sum += checksum(source, seq);
        }
        return sum;
    }

    void abort() {
        done = true;
        if (gate != null) {
            if (random.nextBoolean()) {
                gate.close();
                reader.close();
            } else {
                reader.close();
                gate.close();
            }
        }
        if (partition != null) {
            partition.close();
        }
    }

    void step() throws IOException, InterruptedException {
        if (finishSent) {
            end();
        } else if (endOfDataSent) {
            finish();
        } else if (partition != null && !partition.isAvailable()) {
            partition.flush();
            waiting = partition.awaitAvailable(this::wake);
        } else if (gate == null) {
            produce();
        } else {
            consume();
        }
    }

    private void wake() {
        waiting = false;
    }

    private void produce() throws InterruptedException {
        if (random.nextInt(40) == 0) {
            emitUrgent();
        } else if (barriersLeft > 0 && random.nextInt(recordsLeft + barriersLeft) < barriersLeft) {
            barriersLeft--;
            emitBarrier();
        } else if (recordsLeft > 0) {
            recordsLeft--;
            final int seq = recordsEmitted++;
            emit(source, seq, recordBytes());
        } else {
            sendEndOfData();
        }
    }

    private int recordBytes() {
        return random.nextInt(4) == 0
                ? RECORD_BYTES_MIN + random.nextInt(RECORD_BYTES_MAX - RECORD_BYTES_MIN + 1)
                : RECORD_BYTES_MIN + random.nextInt(40);
    }

    private void emit(final int from, final int seq, final int bytes) throws InterruptedException {
        final int to = random.nextInt(hopWritten.length);
        final RecordOutput out = partition.beginRecord(to);
        out.putInt(from);
        out.putInt(seq);
        out.putInt(hopWritten[to]++);
        for (int i = RECORD_BYTES_MIN; i < bytes; i++) {
            out.putByte(seq + i);
        }
        partition.endRecord();
    }

    private void emitBarrier() {
        partition.broadcastEvent(new UserEvent(BARRIER, barriersWritten++, true), false);
    }

    private void emitUrgent() {
        partition.broadcastEvent(new UserEvent(URGENT, urgentWritten++, false), true);
    }

    private void sendEndOfData() {
        endOfDataSent = true;
        if (partition != null) {
            partition.notifyEndOfData();
        }
    }

    private void finish() throws IOException {
        if (gate != null && !gate.isFinished()) {
            consumeToTheEnd();
        } else if (partition == null) {
            finishSent = true;
        } else if (partition.isAllRecordsProcessed()) {
            partition.finish();
            finishSent = true;
        } else {
            waiting = partition.awaitAllRecordsProcessed(this::wake);
        }
    }

    private void end() {
        if (partition == null || partition.isConsumed()) {
            done = true;
            if (gate != null) {
                reader.close();
                gate.close();
            }
            if (partition != null) {
                partition.close();
            }
        } else {
            waiting = partition.awaitConsumed(this::wake);
        }
    }

    private void consume() throws IOException, InterruptedException {
        if (holding && hold-- > 0) {
            // A slow operator keeps its buffer for a while.
            return;
        }
        holding = false;
        switch (reader.next()) {
            case RECORD -> onRecord(reader.channel(), reader.record());
            case EVENT -> onEvent(reader.channel(), reader.event());
            case NOTHING -> park();
            case FINISHED -> throw new AssertionError("finished before the end of data");
            default -> throw new AssertionError();
        }
        if (dataEndedCount == dataEnded.length) {
            sendEndOfData();
        }
    }

    private void consumeToTheEnd() throws IOException {
        final ReadStatus status = reader.next();
        if (status == ReadStatus.EVENT) {
            onEvent(reader.channel(), reader.event());
        } else if (status == ReadStatus.NOTHING) {
            park();
        }
        // INV K9: after the end of data no data.
        assertThat(status).isNotEqualTo(ReadStatus.RECORD);
    }

    private void park() {
        if (partition != null) {
            partition.flush();
        }
        waiting = gate.awaitAvailable(this::wake);
    }

    private void onRecord(final int channel, final RecordInput in) throws InterruptedException {
        assertThat(isBlocked(channel)).as("%s record on a blocked channel", name).isFalse();
        assertThat(dataEnded[channel]).as("%s record after end of data", name).isFalse();
        final int bytes = in.remaining();
        final int from = in.getInt();
        final int seq = in.getInt();
        assertThat(in.getInt()).as("%s channel=%s", name, channel).isEqualTo(hopRead[channel]++);
        for (int i = RECORD_BYTES_MIN; i < bytes; i++) {
            if (in.getByte() != (byte) (seq + i)) {
                throw new AssertionError(name + " record=" + from + "/" + seq + " byte=" + i);
            }
        }
        recordsRead++;
        checksumRead += checksum(from, seq);
        holding = random.nextInt(20) == 0;
        hold = random.nextInt(10);
        if (partition != null) {
            emit(from, seq, bytes);
        }
    }

    /** A number whose sum over all records tells them from any others. */
    static long checksum(final int source, final int seq) {
        return (source * 1_000_003L + seq + 1) * 0x9E3779B97F4A7C15L;
    }

    private boolean isBlocked(final int channel) {
        return barriersRead[channel] > barriersWritten;
    }

    private void onEvent(final int channel, final ShuffleEvent event) {
        assertThat(ended[channel]).as("%s event after the end: %s", name, event).isFalse();
        if (event instanceof UserEvent user && user.kind() == URGENT) {
            // INV U2: in the order in which they were sent.
            assertThat(user.value()).as(name).isEqualTo(urgentRead[channel]++);
            return;
        }
        assertThat(isBlocked(channel)).as("%s %s on a blocked channel", name, event).isFalse();
        if (event instanceof UserEvent user) {
            assertThat(user.value()).as(name).isEqualTo(barriersRead[channel]++);
            if (++aligned == barriersRead.length) {
                align();
            }
        } else if (event instanceof EndOfData) {
            dataEnded[channel] = true;
            dataEndedCount++;
            gate.acknowledgeAllRecordsProcessed(channel);
        } else {
            assertThat(event).isInstanceOf(EndOfPartition.class);
            assertThat(dataEnded[channel]).isTrue();
            ended[channel] = true;
        }
    }

    /** Every channel has delivered the barrier: passes it on and lets them all continue. */
    private void align() {
        aligned = 0;
        if (partition != null) {
            emitBarrier();
        } else {
            barriersWritten++;
        }
        for (int channel = 0; channel < barriersRead.length; channel++) {
            gate.resumeConsumption(channel);
        }
    }

    @Override
    public String toString() {
        return name
                + (done ? " done" : waiting ? " waiting" : " runnable")
                + " recordsLeft="
                + recordsLeft
                + " recordsRead="
                + recordsRead
                + " aligned="
                + aligned
                + " endOfDataSent="
                + endOfDataSent
                + " finishSent="
                + finishSent
                + (gate == null ? "" : " finishedGate=" + gate.isFinished());
    }
}
