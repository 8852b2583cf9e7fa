package io.geminid.shuffle.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.memory.alloc.DirectSlabAllocator;
import io.geminid.memory.debug.DebugLevel;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.ResultPartitionType;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.descriptor.SubpartitionSource;
import io.geminid.shuffle.network.RemoteChannels;
import io.geminid.shuffle.partition.PartitionRegistry;
import io.geminid.shuffle.partition.PipelinedResultPartition;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * A job of several layers of tasks, each of which reads all tasks of the layer before, spread over
 * some processes, whose pools have exactly the segments that all holders need at least. One thread;
 * every choice is the seed's.
 */
final class ShuffleSimulation {

    /** How much memory the gates and partitions of a simulation get. */
    record Memory(int exclusive, int floatingMax, int overdraft, int quota) {}

    private static final int SEGMENT_BYTES = 4096;

    /** A process: a pool, its partitions, its address. */
    private static final class Process {

        private final UUID id;
        private final InetSocketAddress address;
        private final PartitionRegistry registry = new PartitionRegistry();
        private RemoteChannels network;
        private SegmentPool pool;
        private int reserved;

        Process(final int index) {
            id = new UUID(0, index);
            address = InetSocketAddress.createUnresolved("process", index + 1);
        }
    }

    /** Where a task will run, and what it reads. */
    private record Place(Process process, int layer, int index) {

        ResultPartitionId partition() {
            return new ResultPartitionId(1, layer, index, 0);
        }
    }

    private final Random random;
    private final Memory memory;
    private final SimulatedNetwork network;
    private final List<Process> processes = new ArrayList<>();
    private final List<List<Place>> layers = new ArrayList<>();
    private final List<SimulatedTask> tasks = new ArrayList<>();
    private final List<LocalSegmentPool> gatePools = new ArrayList<>();
    private final List<Runnable> deferred = new ArrayList<>();
    private long steps;

    /**
     * @param random decides everything
     * @param memory of gates and partitions
     * @param seen counts what happened on the network
     */
    ShuffleSimulation(final Random random, final Memory memory, final Map<String, Long> seen) {
        this.random = random;
        this.memory = memory;
        this.network = new SimulatedNetwork(random, seen);
        plan();
        processes.forEach(this::start);
        for (int layer = 0; layer < layers.size(); layer++) {
            for (final Place place : layers.get(layer)) {
                deploy(place);
            }
        }
        Collections.shuffle(deferred, random);
    }

    private void plan() {
        final int processCount = 1 + random.nextInt(3);
        for (int i = 0; i < processCount; i++) {
            processes.add(new Process(i));
        }
        final int layerCount = 2 + random.nextInt(3);
        for (int layer = 0; layer < layerCount; layer++) {
            final List<Place> places = new ArrayList<>();
            final int width = 1 + random.nextInt(3);
            for (int i = 0; i < width; i++) {
                places.add(new Place(processes.get(random.nextInt(processCount)), layer, i));
            }
            layers.add(places);
        }
        layers.forEach(places -> places.forEach(this::reserve));
    }

    private void reserve(final Place place) {
        if (place.layer > 0) {
            place.process.reserved += gateContext(place).reserved();
        }
        if (place.layer + 1 < layers.size()) {
            place.process.reserved += partitionContext(place).reserved();
        }
    }

    private LocalPoolContext gateContext(final Place place) {
        final int channels = layers.get(place.layer - 1).size();
        return new LocalPoolContext(
                "input",
                channels * memory.exclusive + 1,
                channels * memory.exclusive + memory.floatingMax,
                0);
    }

    private LocalPoolContext partitionContext(final Place place) {
        final int subpartitions = layers.get(place.layer + 1).size();
        return new LocalPoolContext(
                "output", subpartitions + 1, subpartitions + 1 + 4, memory.overdraft);
    }

    private void start(final Process process) {
        // Not one segment more than everyone's share.
        process.pool =
                new SegmentPool(
                        new SegmentPoolContext(
                                SEGMENT_BYTES,
                                SEGMENT_BYTES,
                                (long) SEGMENT_BYTES * Math.max(1, process.reserved),
                                DebugLevel.OFF,
                                new DirectSlabAllocator()));
        process.network = network.join(process.address, process.registry);
    }

    private void deploy(final Place place) {
        final PipelinedInputGate gate = place.layer == 0 ? null : createGate(place);
        PipelinedResultPartition partition = null;
        if (place.layer + 1 < layers.size()) {
            final Process process = place.process;
            partition =
                    new PipelinedResultPartition(
                            place.partition(),
                            layers.get(place.layer + 1).size(),
                            memory.quota,
                            process.pool.createLocalPool(partitionContext(place)),
                            process.registry::remove);
            final PipelinedResultPartition created = partition;
            deferred.add(() -> process.registry.add(created));
        }
        final SimulatedTask task =
                new SimulatedTask(
                        "task " + place.layer + "/" + place.index,
                        new Random(random.nextLong()),
                        gate,
                        partition,
                        place.index);
        tasks.add(task.plan(place.layer == 0 ? random.nextInt(120) : 0, barriers()));
    }

    /** The same for all sources. */
    private int barriers() {
        return layers.size() % 3;
    }

    private PipelinedInputGate createGate(final Place place) {
        final List<SubpartitionSource> sources = new ArrayList<>();
        for (final Place producer : layers.get(place.layer - 1)) {
            final boolean known = random.nextBoolean();
            sources.add(new SubpartitionSource(known ? descriptor(producer) : null, place.index));
        }
        final LocalSegmentPool pool = place.process.pool.createLocalPool(gateContext(place));
        gatePools.add(pool);
        final PipelinedInputGate gate =
                new PipelinedInputGate(
                        new GateContext(
                                "gate " + place.layer + "/" + place.index,
                                place.process.id,
                                memory.exclusive,
                                Long.MAX_VALUE,
                                (delayNs, task) -> deferred.add(task)),
                        sources,
                        pool,
                        place.process.registry,
                        place.process.network);
        for (int i = 0; i < sources.size(); i++) {
            if (sources.get(i).descriptor() == null) {
                final int channel = i;
                final ShuffleDescriptor producer = descriptor(layers.get(place.layer - 1).get(i));
                deferred.add(() -> gate.updateChannel(channel, producer));
            }
        }
        deferred.add(gate::requestPartitions);
        return gate;
    }

    private ShuffleDescriptor descriptor(final Place producer) {
        return new ShuffleDescriptor(
                "simulated",
                new PartitionDescriptor(
                        producer.partition(),
                        ResultPartitionType.PIPELINED,
                        layers.get(producer.layer + 1).size()),
                producer.process.id,
                producer.process.address);
    }

    boolean isDone() {
        return tasks.stream().allMatch(SimulatedTask::isDone);
    }

    /** Does one thing; fails if nothing can be done though the job is not done. */
    void step() throws Exception {
        steps++;
        final List<SimulatedTask> runnable =
                tasks.stream().filter(SimulatedTask::isRunnable).toList();
        final int networkWeight = network.isIdle() ? 0 : 1 + random.nextInt(2);
        final int deferredWeight = deferred.isEmpty() ? 0 : 1;
        final int total = runnable.size() + networkWeight + deferredWeight;
        // INV K7: there is always somebody who can go on.
        assertThat(total).as("standstill after steps=%s\n%s", steps, this).isPositive();
        final int choice = random.nextInt(total);
        if (choice < runnable.size()) {
            runnable.get(choice).step();
        } else if (choice < runnable.size() + networkWeight) {
            network.step();
        } else {
            deferred.remove(random.nextInt(deferred.size())).run();
        }
        checkGates();
    }

    /** INV K2 and K4, on every gate at every moment. */
    private void checkGates() {
        int pools = 0;
        for (final SimulatedTask task : tasks) {
            if (task.gate() != null) {
                task.gate().checkLedgers(gatePools.get(pools).held());
                pools++;
            }
        }
    }

    /** What the sources have sent must be what the last layer has got. */
    void checkResult() {
        long sentCount = 0;
        long sentChecksum = 0;
        for (final SimulatedTask task : tasks) {
            if (task.gate() == null) {
                sentCount += task.recordsEmitted();
                sentChecksum += task.sentChecksum();
            }
        }
        long readCount = 0;
        long readChecksum = 0;
        for (final SimulatedTask task : tasks) {
            if (task.partition() == null) {
                readCount += task.recordsRead();
                readChecksum += task.checksumRead();
            }
        }
        assertThat(readCount).isEqualTo(sentCount);
        assertThat(readChecksum).isEqualTo(sentChecksum);
    }

    /** Closes everything in any order, with the network still running or broken. */
    void abort() throws Exception {
        final List<Runnable> closes = new ArrayList<>();
        for (final SimulatedTask task : tasks) {
            closes.add(task::abort);
            if (task.partition() != null && random.nextBoolean()) {
                closes.add(() -> task.partition().fail(new IllegalStateException("simulated")));
            }
        }
        if (random.nextBoolean()) {
            closes.add(network::breakLinks);
        }
        Collections.shuffle(closes, random);
        for (final Runnable close : closes) {
            close.run();
            for (int i = random.nextInt(5); i > 0 && !network.isIdle(); i--) {
                network.step();
            }
        }
        while (!network.isIdle()) {
            network.step();
        }
        while (!deferred.isEmpty()) {
            deferred.remove(0).run();
        }
        while (!network.isIdle()) {
            network.step();
        }
    }

    /** INV K11: every segment is back; throws with the owners of those that are not. */
    void close() {
        processes.forEach(process -> process.pool.close());
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(memory + "\n");
        tasks.forEach(task -> text.append(task).append('\n'));
        return text.append(network).append("deferred=").append(deferred.size()).toString();
    }
}
