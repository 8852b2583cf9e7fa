package io.geminid.verbs.fabric;

import io.geminid.verbs.QueuePair;
import io.geminid.verbs.VerbsProvider;
import io.geminid.verbs.fabric.FabricConnectionManager.FabricListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A network of hosts with RDMA devices, in memory, repeatable from a seed. One thread.
 *
 * <pre>{@code
 * SoftwareFabric fabric = new SoftwareFabric(seed, FaultPlan.JITTER);
 * VerbsProvider a = fabric.addHost(InetAddress.getByName("10.0.0.1"));
 * VerbsProvider b = fabric.addHost(InetAddress.getByName("10.0.0.2"));
 * ... listen, connect, post ...
 * fabric.step(); // time passes only here, and in waits with a timeout
 * }</pre>
 */
public final class SoftwareFabric {

    /** How much time passes in one step. */
    public static final long STEP_NS = 1_000;

    private static final int MILLION = 1_000_000;

    private final SplittableRandom random;
    private final FaultPlan plan;
    private final List<FabricHost> hosts = new ArrayList<>();
    private final List<FabricQueuePair> queuePairs = new ArrayList<>();
    private final List<FabricCompletionQueue> completionQueues = new ArrayList<>();
    private final PriorityQueue<Timed> timed =
            new PriorityQueue<>(
                    Comparator.comparingLong((Timed t) -> t.step).thenComparingLong(t -> t.order));
    private long now;
    private long timedCount;
    private long receiverNotReadyCount;
    private long lostCount;

    /**
     * A network without hosts.
     *
     * @param seed decides everything that is left to chance
     * @param plan what is left to chance
     */
    public SoftwareFabric(long seed, FaultPlan plan) {
        this.random = new SplittableRandom(seed);
        this.plan = plan;
    }

    /**
     * Adds a host with one device for each address.
     *
     * @param addresses at least one; each is of no other host
     * @return the host's way to its devices
     */
    public VerbsProvider addHost(InetAddress... addresses) {
        FabricHost host = new FabricHost(this, addresses);
        hosts.add(host);
        return host;
    }

    /** Lets {@link #STEP_NS} pass: whatever is due happens, in an order by the seed. */
    public void step() {
        now++;
        while (!timed.isEmpty() && timed.peek().step <= now) {
            timed.poll().action.run();
        }
        if (queuePairs.size() > 1) {
            // One exchange a step mixes the order well enough, and costs nothing.
            int a = random.nextInt(queuePairs.size());
            int b = random.nextInt(queuePairs.size());
            queuePairs.set(a, queuePairs.set(b, queuePairs.get(a)));
        }
        for (int i = 0; i < queuePairs.size(); i++) {
            queuePairs.get(i).step();
        }
        for (int i = 0; i < completionQueues.size(); i++) {
            completionQueues.get(i).step();
        }
    }

    /**
     * The time since the fabric was made.
     *
     * @return nanoseconds
     */
    public long nowNs() {
        return now * STEP_NS;
    }

    /**
     * How often a message found no receive posted. A protocol with credits keeps it at 0.
     *
     * @return times, repetitions counted
     */
    public long receiverNotReadyCount() {
        return receiverNotReadyCount;
    }

    /**
     * How many messages got lost.
     *
     * @return times, repetitions counted
     */
    public long lostCount() {
        return lostCount;
    }

    /**
     * How many queue pairs exist: at a test's end, none.
     *
     * @return queue pairs of all hosts
     */
    public int queuePairCount() {
        return queuePairs.size();
    }

    /**
     * Pulls the cable of a device, or puts it back. Messages get lost meanwhile.
     *
     * @param address the device's address
     * @param up false to pull it
     */
    public void link(InetAddress address, boolean up) {
        required(address).link(up);
    }

    /**
     * Limits how much can be registered with a device, as the limit on locked memory does.
     *
     * @param address the device's address
     * @param bytes what is registered already counts
     */
    public void lockable(InetAddress address, long bytes) {
        required(address).lockable(bytes);
    }

    /**
     * Takes a device out of its host: its owner gets DEVICE_REMOVED for every connection and
     * listener on it, their peers get DISCONNECTED.
     *
     * @param address the device's address
     */
    public void removeDevice(InetAddress address) {
        FabricDevice device = required(address);
        device.remove();
        for (FabricHost host : hosts) {
            host.deviceRemoved(device);
        }
    }

    /**
     * Breaks a queue pair from below, as a fault of the device would.
     *
     * @param queuePair the queue pair of one of this fabric's hosts
     */
    public void breakQueuePair(QueuePair queuePair) {
        ((FabricQueuePair) queuePair).fail();
    }

    /**
     * Ends a host's process without notice: its queue pairs and memory are gone, and the peers are
     * told when its kernel cleans up.
     *
     * @param host one of this fabric's hosts; it cannot be used any more
     */
    public void crash(VerbsProvider host) {
        ((FabricHost) host).crash();
        hosts.remove(host);
    }

    private FabricDevice required(InetAddress address) {
        FabricDevice device = device(address);
        if (device == null) {
            throw new IllegalArgumentException("address=" + address + " is of no device");
        }
        return device;
    }

    FabricDevice device(InetAddress address) {
        for (FabricHost host : hosts) {
            FabricDevice device = host.device(address);
            if (device != null) {
                return device;
            }
        }
        return null;
    }

    FabricListener listener(InetSocketAddress address) {
        for (FabricHost host : hosts) {
            FabricListener listener = host.listener(address);
            if (listener != null) {
                return listener;
            }
        }
        return null;
    }

    FaultPlan plan() {
        return plan;
    }

    long now() {
        return now;
    }

    /** The step at which something that starts now arrives. */
    long arrival() {
        return now + 1 + chance(plan.delayStepsMax());
    }

    int chance(int max) {
        return max == 0 ? 0 : random.nextInt(max + 1);
    }

    boolean loses() {
        return plan.lostPerMillion() > 0 && random.nextInt(MILLION) < plan.lostPerMillion();
    }

    boolean fails() {
        return plan.failedPerMillion() > 0 && random.nextInt(MILLION) < plan.failedPerMillion();
    }

    int key() {
        return random.nextInt();
    }

    void countReceiverNotReady() {
        receiverNotReadyCount++;
    }

    void countLost() {
        lostCount++;
    }

    /** For connections only: it allocates. */
    void later(long steps, Runnable action) {
        timed.add(new Timed(now + steps, timedCount++, action));
    }

    void add(FabricQueuePair queuePair) {
        queuePairs.add(queuePair);
    }

    void remove(FabricQueuePair queuePair) {
        queuePairs.remove(queuePair);
    }

    void add(FabricCompletionQueue queue) {
        completionQueues.add(queue);
    }

    void remove(FabricCompletionQueue queue) {
        completionQueues.remove(queue);
    }

    private record Timed(long step, long order, Runnable action) {}
}
