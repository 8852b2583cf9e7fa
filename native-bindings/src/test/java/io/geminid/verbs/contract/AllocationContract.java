package io.geminid.verbs.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.work.Completions;
import io.geminid.verbs.work.SendList;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Posting, polling and arming allocate nothing, once everything is warm. */
public abstract class AllocationContract {

    private static final int WARM_UP = 300;
    private static final int ROUNDS = 2_000;
    private static final int BATCH = 8;

    /** A network with two ends. */
    protected abstract VerbsRig rig() throws Exception;

    @Test
    void nothingIsAllocatedPerOperation() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Pair pair = Pair.connect(rig())) {
            Completions completions = new Completions(BATCH);
            for (int i = 0; i < WARM_UP; i++) {
                round(pair, completions);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            long empty = threads.getCurrentThreadAllocatedBytes() - before; // of asking itself
            before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                round(pair, completions);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before - empty;

            // The JVM itself may allocate a little, when it compiles; an object per operation would
            // be 16 bytes at least.
            assertThat(allocated).isLessThan(ROUNDS * BATCH);
        }
    }

    private static void round(Pair pair, Completions completions) throws VerbsException {
        End client = pair.client;
        End server = pair.server;
        server.receives.clear();
        client.sends.clear();
        for (int i = 0; i < BATCH; i++) {
            server.receives.receive(i).slice(server.at(i * 4096), 4096, server.region.localKey());
            client.sends
                    .send(i, SendList.SIGNALED)
                    .slice(client.at(i * 4096), 512, client.region.localKey());
        }
        server.received.arm();
        server.queuePair.postReceives(server.receives, 0);
        client.queuePair.postSends(client.sends, 0);
        server.received.await(1_000_000_000L);
        drain(pair.rig, server.received, completions);
        drain(pair.rig, client.sent, completions);
    }

    private static void drain(
            VerbsRig rig, io.geminid.verbs.CompletionQueue queue, Completions completions)
            throws VerbsException {
        int missing = BATCH;
        while (missing > 0) {
            missing -= queue.poll(completions);
            rig.progress();
        }
    }
}
