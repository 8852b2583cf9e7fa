package io.geminid.runtime.cluster.message;

import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.TaskRestore;
import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.runtime.task.checkpoint.RestoredChannel;
import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.ManifestCodec;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The parts that messages have in common. Reading refuses what no writer writes, so a constructor's
 * own check is never the first to see a value from the wire.
 */
final class Fields {

    private static final String IN_FLIGHT = "in-flight";

    private Fields() {}

    static <T> void writeList(
            final List<T> list, final BiConsumer<T, RecordOutput> writer, final RecordOutput out) {
        out.putVarInt(list.size());
        list.forEach(element -> writer.accept(element, out));
    }

    /** An element takes at least a byte, so a count above what is left is a lie. */
    static <T> List<T> readList(final Function<RecordInput, T> reader, final RecordInput in) {
        final int count = in.getVarInt();
        if (count < 0 || count > in.remaining()) {
            throw new RecordFormatException("listSize=" + count + " bytesLeft=" + in.remaining());
        }
        final List<T> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(reader.apply(in));
        }
        return list;
    }

    static <T> void writeMap(
            final Map<String, T> map,
            final BiConsumer<T, RecordOutput> writer,
            final RecordOutput out) {
        out.putVarInt(map.size());
        new TreeMap<>(map)
                .forEach(
                        (name, value) -> {
                            out.putUtf8(name);
                            writer.accept(value, out);
                        });
    }

    static <T> Map<String, T> readMap(final Function<RecordInput, T> reader, final RecordInput in) {
        final Map<String, T> map = new TreeMap<>();
        final List<Map.Entry<String, T>> entries =
                readList(from -> Map.entry(from.getUtf8(), reader.apply(from)), in);
        entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
        return map;
    }

    static int readCount(final RecordInput in) {
        final int count = in.getInt();
        if (count < 0) {
            throw new RecordFormatException("count=" + count + " is negative");
        }
        return count;
    }

    static void writeUuid(final UUID id, final RecordOutput out) {
        out.putLong(id.getMostSignificantBits());
        out.putLong(id.getLeastSignificantBits());
    }

    static UUID readUuid(final RecordInput in) {
        return new UUID(in.getLong(), in.getLong());
    }

    static void writeTaskId(final TaskId task, final RecordOutput out) {
        out.putLong(task.jobId());
        out.putInt(task.vertex());
        out.putInt(task.subtask());
        out.putInt(task.attempt());
    }

    static TaskId readTaskId(final RecordInput in) {
        return new TaskId(in.getLong(), readCount(in), readCount(in), readCount(in));
    }

    /** Bytes of the address and port; names are not resolved on either side. */
    static void writeAddress(final InetSocketAddress address, final RecordOutput out) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("address=" + address + " is not resolved");
        }
        final byte[] bytes = address.getAddress().getAddress();
        out.putByte(bytes.length);
        out.putBytes(bytes, 0, bytes.length);
        out.putShort(address.getPort());
    }

    static InetSocketAddress readAddress(final RecordInput in) {
        final int length = in.getByte();
        if (length != 4 && length != 16) {
            throw new RecordFormatException("addressBytes=" + length + " expected=4 or 16");
        }
        final byte[] bytes = new byte[length];
        in.getBytes(bytes, 0, length);
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(bytes), Short.toUnsignedInt(in.getShort()));
        } catch (final UnknownHostException e) {
            throw new IllegalStateException("addressBytes=" + length, e);
        }
    }

    static void writePartitionId(final ResultPartitionId id, final RecordOutput out) {
        out.putLong(id.jobId());
        out.putInt(id.dataSet());
        out.putInt(id.producer());
        out.putInt(id.attempt());
    }

    static ResultPartitionId readPartitionId(final RecordInput in) {
        return new ResultPartitionId(in.getLong(), readCount(in), readCount(in), readCount(in));
    }

    static void writePartition(final PartitionDescriptor partition, final RecordOutput out) {
        writePartitionId(partition.id(), out);
        out.putByte(partition.type().ordinal());
        out.putInt(partition.subpartitionCount());
    }

    static PartitionDescriptor readPartition(final RecordInput in) {
        final ResultPartitionId id = readPartitionId(in);
        final int type = in.getByte();
        final ResultPartitionType[] types = ResultPartitionType.values();
        if (type < 0 || type >= types.length) {
            throw new RecordFormatException("partitionType=" + type + " is unknown");
        }
        final int subpartitions = readCount(in);
        if (subpartitions == 0) {
            throw new RecordFormatException("partition=" + id + " subpartitionCount=0");
        }
        return new PartitionDescriptor(id, types[type], subpartitions);
    }

    static void writeSource(final SubpartitionSource source, final RecordOutput out) {
        final ShuffleDescriptor descriptor = source.descriptor();
        out.putUtf8(descriptor.service());
        writePartition(descriptor.partition(), out);
        out.putByte(descriptor.storedBy() == null ? 0 : 1);
        if (descriptor.storedBy() != null) {
            writeUuid(descriptor.storedBy(), out);
        }
        writeAddress(descriptor.address(), out);
        out.putInt(source.subpartitions().first());
        out.putInt(source.subpartitions().count());
    }

    static SubpartitionSource readSource(final RecordInput in) {
        final String service = in.getUtf8();
        final PartitionDescriptor partition = readPartition(in);
        final UUID storedBy = in.getByte() == 0 ? null : readUuid(in);
        final ShuffleDescriptor descriptor =
                new ShuffleDescriptor(service, partition, storedBy, readAddress(in));
        final int first = readCount(in);
        final int count = readCount(in);
        if (count == 0 || first + count > partition.subpartitionCount()) {
            throw new RecordFormatException(
                    "partition=" + partition.id() + " subpartition=" + first + " count=" + count);
        }
        return new SubpartitionSource(descriptor, new SubpartitionRange(first, first + count - 1));
    }

    /** Operators' snapshots in the bytes of a manifest, whose other fields mean nothing. */
    static void writeOperators(final List<OperatorSnapshot> operators, final RecordOutput out) {
        final CheckpointId nobody = new CheckpointId(new UUID(0, 0), 1, 0);
        final byte[] bytes =
                ManifestCodec.encode(new CheckpointManifest(nobody, 0, operators, Map.of()));
        out.putInt(bytes.length);
        out.putBytes(bytes, 0, bytes.length);
    }

    static List<OperatorSnapshot> readOperators(final RecordInput in) {
        final int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new RecordFormatException("length=" + length + " bytesLeft=" + in.remaining());
        }
        final byte[] bytes = new byte[length];
        in.getBytes(bytes, 0, length);
        return ManifestCodec.decodeManifest(bytes).operators();
    }

    /**
     * What a task begins with. Slices of files are the handles of one part of an operator of its
     * own, so that each file is named once.
     */
    static void writeRestore(final TaskRestore restore, final RecordOutput out) {
        out.putLong(restore.checkpoint());
        final List<OperatorSnapshot> operators = new ArrayList<>(restore.operators().values());
        final List<StateHandle> slices =
                restore.channels().stream().flatMap(c -> c.slices().stream()).toList();
        final StatePart part =
                StatePart.of(PartKind.INPUT_CHANNELS, IN_FLIGHT, slices, Bytes.EMPTY);
        operators.add(
                new OperatorSnapshot(
                        IN_FLIGHT, 1, 1, List.of(new SubtaskSnapshot(0, List.of(part)))));
        writeOperators(operators, out);
        writeList(
                restore.channels(),
                (channel, to) -> {
                    channel.id().write(to);
                    to.putByte(channel.rescaled() ? 1 : 0);
                    to.putVarInt(channel.slices().size());
                },
                out);
    }

    static TaskRestore readRestore(final RecordInput in) {
        final long checkpoint = in.getLong();
        final Map<String, OperatorSnapshot> operators = new TreeMap<>();
        readOperators(in).forEach(operator -> operators.put(operator.operator(), operator));
        final OperatorSnapshot inFlight = operators.remove(IN_FLIGHT);
        if (inFlight == null) {
            throw new RecordFormatException("operator=" + IN_FLIGHT + " is missing");
        }
        final List<StateHandle> slices = inFlight.subtasks().get(0).parts().get(0).handles();
        final List<RestoredChannel> channels = new ArrayList<>();
        int next = 0;
        final int count = in.getVarInt();
        for (int i = 0; i < count; i++) {
            final ChannelId id = ChannelId.read(in);
            final boolean rescaled = in.getByte() != 0;
            final int end = next + in.getVarInt();
            if (end < next || end > slices.size()) {
                throw new RecordFormatException("slices=" + slices.size() + " wanted=" + end);
            }
            channels.add(new RestoredChannel(id, rescaled, slices.subList(next, end)));
            next = end;
        }
        return new TaskRestore(checkpoint, operators, channels);
    }
}
