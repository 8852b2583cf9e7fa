package io.geminid.flink.state.checkpoint;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.state.HeapPriorityQueuesManager;
import org.apache.flink.runtime.state.KeyExtractorFunction;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.RegisteredPriorityQueueStateBackendMetaInfo;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueElement;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueSetFactory;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueSnapshotRestoreWrapper;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueStateSnapshot;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;

/**
 * Timers, in Flink's own queues on the heap; with each snapshot all of them are written. Task
 * thread only, but what is static.
 */
public final class TimerStates {

    private static final int QUEUE_CAPACITY = 128;
    private static final int END = -1;

    private final Map<String, HeapPriorityQueueSnapshotRestoreWrapper<?>> queues =
            new LinkedHashMap<>();
    private final HeapPriorityQueueSetFactory factory;
    private final HeapPriorityQueuesManager manager;
    private final KeyGroupRange range;
    private final int groups;

    /**
     * None yet.
     *
     * @param range key groups of the backend
     * @param groups number of all key groups
     */
    public TimerStates(final KeyGroupRange range, final int groups) {
        this.range = range;
        this.groups = groups;
        this.factory = new HeapPriorityQueueSetFactory(range, groups, QUEUE_CAPACITY);
        this.manager = new HeapPriorityQueuesManager(queues, factory, range, groups);
    }

    /**
     * Makes queues.
     *
     * @return Flink's own
     */
    public HeapPriorityQueuesManager manager() {
        return manager;
    }

    boolean isEmpty() {
        return queues.isEmpty();
    }

    /** The queues as they are now, by name. */
    Map<String, HeapPriorityQueueStateSnapshot<?>> snapshot() {
        final Map<String, HeapPriorityQueueStateSnapshot<?>> snapshots = new LinkedHashMap<>();
        queues.forEach((name, queue) -> snapshots.put(name, queue.stateSnapshot()));
        return snapshots;
    }

    /** Makes a queue that was restored. */
    Queue restored(final StateMetaInfoSnapshot snapshot) {
        queues.computeIfAbsent(snapshot.getName(), name -> wrapper(snapshot));
        return new Queue(queues.get(snapshot.getName()));
    }

    private <T extends HeapPriorityQueueElement> HeapPriorityQueueSnapshotRestoreWrapper<?> wrapper(
            final StateMetaInfoSnapshot snapshot) {
        return create(new RegisteredPriorityQueueStateBackendMetaInfo<>(snapshot));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // what Flink's own restore does
    private HeapPriorityQueueSnapshotRestoreWrapper<?> create(
            final RegisteredPriorityQueueStateBackendMetaInfo meta) {
        return new HeapPriorityQueueSnapshotRestoreWrapper(
                factory.create(meta.getName(), meta.getElementSerializer()),
                meta,
                KeyExtractorFunction.forKeyedObjects(),
                range,
                groups);
    }

    /** A queue that is being restored. */
    static final class Queue {
        private final HeapPriorityQueueSnapshotRestoreWrapper<HeapPriorityQueueElement> wrapper;

        @SuppressWarnings("unchecked") // its serializer reads what it holds
        private Queue(final HeapPriorityQueueSnapshotRestoreWrapper<?> wrapper) {
            this.wrapper =
                    (HeapPriorityQueueSnapshotRestoreWrapper<HeapPriorityQueueElement>) wrapper;
        }

        /** Reads a timer and puts it back. */
        void add(final DataInputView in) throws IOException {
            wrapper.getPriorityQueue()
                    .add(wrapper.getMetaInfo().getElementSerializer().deserialize(in));
        }
    }

    /**
     * Writes a queue: for each key group its number, the bytes that follow, and how many timers.
     *
     * <pre>
     * { group (4), bytes (4), timers (4), timer ... } ... | -1 (4)
     * </pre>
     */
    static <T> void write(
            final HeapPriorityQueueStateSnapshot<T> queue,
            final KeyGroupRange range,
            final DataOutputView out)
            throws IOException {
        final TypeSerializer<T> serializer = queue.getMetaInfo().getElementSerializer();
        final DataOutputSerializer buffer = new DataOutputSerializer(QUEUE_CAPACITY);
        for (final int group : range) {
            int timers = 0;
            buffer.clear();
            for (final Iterator<T> each = queue.getIteratorForKeyGroup(group); each.hasNext(); ) {
                serializer.serialize(each.next(), buffer);
                timers++;
            }
            if (timers > 0) {
                out.writeInt(group);
                out.writeInt(buffer.length());
                out.writeInt(timers);
                out.write(buffer.getSharedBuffer(), 0, buffer.length());
            }
        }
        out.writeInt(END);
    }

    /** Reads queues, in the order of their meta data, and keeps the timers of our key groups. */
    void read(final List<Queue> restored, final DataInputView in) throws IOException {
        for (final Queue queue : restored) {
            for (int group = in.readInt(); group != END; group = in.readInt()) {
                final int bytes = in.readInt();
                final int timers = in.readInt();
                if (range.contains(group)) {
                    for (int i = 0; i < timers; i++) {
                        queue.add(in);
                    }
                } else {
                    in.skipBytesToRead(bytes);
                }
            }
        }
    }
}
