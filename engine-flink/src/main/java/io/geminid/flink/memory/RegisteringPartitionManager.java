package io.geminid.flink.memory;

import java.io.IOException;
import org.apache.flink.runtime.io.disk.BatchShuffleReadBufferPool;
import org.apache.flink.runtime.io.network.partition.ResultPartition;
import org.apache.flink.runtime.io.network.partition.ResultPartitionManager;
import org.apache.flink.util.concurrent.ScheduledExecutor;

/**
 * Flink's register of partitions, which puts registered memory behind the buffers for reading
 * spilled partitions when the first partition comes that may spill: a TaskManager that runs no such
 * job has no such buffers. Nobody has read yet at that moment, since nobody can find a partition
 * before it is registered.
 */
public final class RegisteringPartitionManager extends ResultPartitionManager {

    private final Object lock = new Object();

    // Under the lock.
    private BatchShuffleReadBufferPool pool;
    private RegisteredMemory memory;

    /**
     * @param listenerTimeoutMs time that a consumer's request waits for its partition
     * @param timer for that time
     */
    public RegisteringPartitionManager(final int listenerTimeoutMs, final ScheduledExecutor timer) {
        super(listenerTimeoutMs, timer);
    }

    /**
     * Gives it what to replace, and with what.
     *
     * @param batchRead not used by anybody yet
     * @param registered has room for its buffers
     */
    public void register(
            final BatchShuffleReadBufferPool batchRead, final RegisteredMemory registered) {
        synchronized (lock) {
            pool = batchRead;
            memory = registered;
        }
    }

    @Override
    public void registerResultPartition(final ResultPartition partition) throws IOException {
        if (!partition.getPartitionType().mustBePipelinedConsumed()) {
            synchronized (lock) {
                if (pool != null) {
                    FlinkPools.replace(pool, memory);
                    pool = null;
                }
            }
        }
        super.registerResultPartition(partition);
    }
}
