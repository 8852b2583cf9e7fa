package io.geminid.runtime.cluster.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.TaskRestore;
import io.geminid.runtime.task.TaskState;
import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.runtime.task.checkpoint.TaskSnapshot;
import io.geminid.runtime.task.log.LogPosition;
import io.geminid.serial.RecordFormatException;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.event.BarrierKind;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every message comes back as it was, and nothing else is taken for one. */
class ControlCodecTest {

    private static final int GARBAGE_FRAMES = 20_000;

    @RegisterExtension final Seed seed = new Seed();

    private final ControlCodec codec = new ControlCodec();

    private static List<ControlMessage> messages() {
        final ControlToken token = ControlToken.random(new Random(1));
        final TaskId task = new TaskId(Long.MAX_VALUE, 3, 2, 1);
        final PartitionDescriptor partition =
                new PartitionDescriptor(
                        new ResultPartitionId(9, 3, 1, 0), ResultPartitionType.PIPELINED, 4);
        final InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 65_535);
        final SubpartitionSource kept =
                new SubpartitionSource(
                        new ShuffleDescriptor("tcp", partition, new UUID(1, 2), address), 3);
        final SubpartitionSource elsewhere =
                new SubpartitionSource(
                        new ShuffleDescriptor("tcp", partition, null, address),
                        new SubpartitionRange(1, 3));
        final TaskDeployment deployment =
                new TaskDeployment(
                        task,
                        List.of(new TaskDeployment.Output("default", partition)),
                        List.of(new TaskDeployment.Input("tcp", List.of(kept, elsewhere))),
                        TaskRestore.NONE);
        final WorkerCounters worker = new WorkerCounters(1, 2, 3, 4, 5, 6, 7, 8);
        final List<TaskCounters> tasks =
                List.of(new TaskCounters(task, Map.of("recordsIn", 1L, "naïve", -1L)));
        return List.of(
                new FromWorker.Hello(token, 7, new UUID(3, 4), 99, 2, 8192),
                new FromWorker.Alive(),
                new FromWorker.JobPrepared(5, "abc", Map.of("tcp", address)),
                new FromWorker.JobRefused(5, new FailureText("no", "trace", false)),
                new FromWorker.TaskChanged(task, TaskState.RUNNING, FailureText.NONE),
                new FromWorker.TaskChanged(
                        task, TaskState.FAILED, new FailureText("why", "", true)),
                new FromWorker.TaskChanged(
                        task,
                        TaskState.FAILED,
                        new FailureText("why", "", true).of(partition.id())),
                new FromWorker.TasksReleased(5, 3, tasks),
                new FromWorker.Progress(worker, tasks),
                new FromWorker.JobReleased(5, worker, tasks),
                new FromWorker.SnapshotTaken(task, 4, new TaskSnapshot(List.of(), 5, 6, 7)),
                new FromWorker.SnapshotDeclined(task, 4, "why"),
                new FromCoordinator.TriggerCheckpoint(
                        5,
                        new CheckpointBarrier(4, 3, BarrierKind.ALIGNED_FOR_A_TIME, 7),
                        Set.of(new UUID(1, 2))),
                new FromCoordinator.CheckpointCompleted(
                        5, 4, true, List.of(new LogPosition(new ChannelId(1, 2, 3), 1L << 40))),
                new FromCoordinator.CheckpointAborted(5, 4),
                new FromCoordinator.Alive(),
                new FromCoordinator.PrepareJob(5, 1, "demo", List.of("--input", "", "ü")),
                new FromCoordinator.DeployTask(deployment),
                new FromCoordinator.StartTasks(5, List.of(task)),
                new FromCoordinator.CancelTasks(5, List.of(task, task)),
                new FromCoordinator.ReleaseTasks(5, 3, List.of(task), List.of(partition.id())),
                new FromCoordinator.ReleasePartitions(5, List.of(partition.id(), partition.id())),
                new FromCoordinator.ReleaseJob(5),
                new FromCoordinator.Stop());
    }

    private static ControlMessage decode(final ByteBuffer frame) {
        final ByteBuffer read = frame.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        final int length = ControlCodec.readLength(read, ControlCodec.LENGTH_MAX);
        if (read.remaining() < ControlCodec.HEADER_BYTES + length) {
            throw new RecordFormatException("not all there");
        }
        return ControlCodec.decode(read, length);
    }

    @Test
    void everyKindOfMessageComesBackAsItWas() {
        for (final ControlMessage message : messages()) {
            assertThat(decode(codec.encode(message))).isEqualTo(message);
        }
        assertThat(messages().stream().map(ControlMessage::type).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(ControlMessageType.values());
    }

    @Test
    void everyBitThatFlipsIsFound() {
        for (final ControlMessage message : messages()) {
            final ByteBuffer frame = codec.encode(message);
            for (int bit = 0; bit < 8 * frame.remaining(); bit++) {
                final ByteBuffer broken = copy(frame);
                broken.put(bit / 8, (byte) (broken.get(bit / 8) ^ 1 << bit % 8));
                assertThatThrownBy(() -> decode(broken)).isInstanceOf(RecordFormatException.class);
            }
        }
    }

    @Test
    void fieldsThatNobodyWritesAreRefusedEvenWithARightChecksum() {
        final Random random = seed.random();
        for (int i = 0; i < GARBAGE_FRAMES; i++) {
            final ControlMessageType[] types = ControlMessageType.values();
            final ControlMessageType type = types[random.nextInt(types.length)];
            final byte[] fields = new byte[random.nextInt(200)];
            random.nextBytes(fields);
            if (random.nextBoolean()) {
                Arrays.fill(fields, (byte) random.nextInt(3));
            }
            final ByteBuffer frame = codec.encodeRaw(type, fields);
            try {
                final ControlMessage message = decode(frame);
                assertThat(codec.encode(message).remaining()).isPositive();
            } catch (final RecordFormatException refused) {
                assertThat(refused).hasMessageContaining("=");
            }
        }
    }

    @Test
    void whatIsTooLongIsRefusedBeforeItIsRead() {
        final ByteBuffer frame = codec.encode(messages().get(10));

        assertThatThrownBy(() -> ControlCodec.readLength(frame, 3))
                .isInstanceOf(RecordFormatException.class)
                .hasMessageContaining("max=3");
    }

    @Test
    void aStrangersHelloIsWithinItsLimit() {
        final ByteBuffer hello = codec.encode(messages().get(0));

        assertThat(ControlCodec.readLength(hello, ControlCodec.LENGTH_MAX_STRANGER)).isPositive();
    }

    @Test
    void aTokenTellsItselfToNobody() {
        final ControlToken token = ControlToken.random(seed.random());

        assertThat(ControlToken.ofHex(token.toHex())).isEqualTo(token);
        assertThat(token).isNotEqualTo(ControlToken.random(seed.random()));
        assertThat(Stream.of(token.toString(), messages().get(0).toString()))
                .noneMatch(text -> text.contains(token.toHex().substring(0, 8)));
        assertThatThrownBy(() -> ControlToken.ofHex("secret")).hasMessageNotContaining("secret");
    }

    @Test
    void whatAWorkerIsToldAtItsStartComesBackAsItWas() throws IOException {
        final WorkerBoot boot =
                new WorkerBoot(
                        3,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 4),
                        ControlToken.random(seed.random()),
                        5,
                        Map.of("geminid.memory.max-bytes", "1mb"));
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boot.writeTo(bytes);

        assertThat(WorkerBoot.readFrom(new ByteArrayInputStream(bytes.toByteArray())))
                .isEqualTo(boot);
        final byte[] half = Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2);
        assertThatThrownBy(() -> WorkerBoot.readFrom(new ByteArrayInputStream(half)))
                .isInstanceOf(EOFException.class);
    }

    private static ByteBuffer copy(final ByteBuffer frame) {
        final ByteBuffer copy =
                ByteBuffer.allocate(frame.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(frame.duplicate()).flip();
        return copy;
    }
}
