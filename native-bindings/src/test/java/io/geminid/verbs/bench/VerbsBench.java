package io.geminid.verbs.bench;

import io.geminid.verbs.CompletionQueue;
import io.geminid.verbs.QueuePairLimits;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.connect.RetryPolicy;
import io.geminid.verbs.contract.End;
import io.geminid.verbs.contract.Pair;
import io.geminid.verbs.disni.RdmaRigs;
import io.geminid.verbs.work.Completions;
import io.geminid.verbs.work.ReceiveList;
import io.geminid.verbs.work.SendList;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Prints the cost of one post and one poll, and throughput and latency of SEND between two threads
 * that spin.
 *
 * <p>Usage: {@code VerbsBench [seconds] [bytes...]}; with seconds 0, only the first. Every figure
 * is of the second round, when the code is compiled. Latency is half a round trip, as {@code
 * ib_send_lat} counts it. {@code ci-soft-roce/measure} runs this beside perftest.
 */
public final class VerbsBench {

    private static final int WINDOW = 64;
    private static final int SIGNAL_EVERY = 8;
    private static final int POLLS = 300_000;
    private static final int POSTS = 20_000;
    private static final int ROUND_TRIPS_MAX = 100_000;
    private static final int INLINE_BYTES = 64;

    /** Longer than all retries of {@link #PATIENT}: whoever waits longer waits for ever. */
    private static final long LOST_NS = 30_000_000_000L;

    /** 2.1 s until a packet is sent again: an overloaded guest is silent for longer than 67 ms. */
    private static final RetryPolicy PATIENT = new RetryPolicy(19, 6, 6, 12);

    private VerbsBench() {}

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 4;
        QueuePairLimits limits = new QueuePairLimits(256, 256, 2, 2, INLINE_BYTES);
        try (Pair pair = Pair.connect(RdmaRigs.thisHost(), PATIENT, limits)) {
            for (int round = 1; round <= 2; round++) {
                System.out.printf("round=%d poll_empty_ns=%d%n", round, pollEmptyNs(pair));
                System.out.printf("round=%d post_receive_ns=%d%n", round, postReceiveNs(pair));
            }
        }
        for (int i = 1; seconds > 0 && i < Math.max(2, arguments.length); i++) {
            int bytes = arguments.length > 1 ? Integer.parseInt(arguments[i]) : 32_768;
            for (int round = 1; round <= 2; round++) {
                try (Pair pair = Pair.connect(RdmaRigs.thisHost(), PATIENT, limits)) {
                    throughput(pair, round, seconds, bytes);
                }
                try (Pair pair = Pair.connect(RdmaRigs.thisHost(), PATIENT, limits)) {
                    latency(pair, round, seconds, bytes);
                }
            }
        }
    }

    /** One message goes back and forth; half of each round trip counts. */
    private static void latency(Pair pair, int round, int seconds, int bytes) throws Exception {
        AtomicBoolean running = new AtomicBoolean(true);
        Thread echo = new Thread(() -> echo(pair.server, bytes, running), "echo");
        postOne(pair.client, bytes);
        postOne(pair.server, bytes);
        echo.start();
        long[] halvesNs = new long[ROUND_TRIPS_MAX];
        int count = 0;
        try {
            long endNs = System.nanoTime() + seconds * 1_000_000_000L;
            while (count < halvesNs.length && System.nanoTime() < endNs) {
                long startNs = System.nanoTime();
                sendOne(pair.client, bytes);
                awaitOne(pair.client.received, running);
                halvesNs[count++] = (System.nanoTime() - startNs) / 2;
                postOne(pair.client, bytes);
                awaitOne(pair.client.sent, running);
            }
        } finally {
            running.set(false);
            echo.join();
        }
        Arrays.sort(halvesNs, 0, count);
        System.out.printf(
                "round=%d latency_bytes=%d messages=%d p50_us=%.1f p99_us=%.1f%n",
                round,
                bytes,
                count,
                halvesNs[count / 2] / 1e3,
                halvesNs[(int) (count * 0.99)] / 1e3);
    }

    private static void echo(End server, int bytes, AtomicBoolean running) {
        try {
            while (awaitOne(server.received, running)) {
                postOne(server, bytes);
                sendOne(server, bytes);
                awaitOne(server.sent, running);
            }
        } catch (VerbsException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sendOne(End end, int bytes) throws VerbsException {
        end.sends.clear();
        int flags = SendList.SIGNALED | (bytes <= INLINE_BYTES ? SendList.INLINE : 0);
        end.sends.send(1, flags).slice(end.at(0), bytes, end.region.localKey());
        end.post();
    }

    private static void postOne(End end, int bytes) throws VerbsException {
        end.receives.clear();
        end.receives.receive(2).slice(end.at(End.MEMORY_BYTES / 2), bytes, end.region.localKey());
        end.queuePair.postReceives(end.receives, 0);
    }

    /** Whether one came before the others stopped. */
    private static boolean awaitOne(CompletionQueue queue, AtomicBoolean running)
            throws VerbsException {
        Completions completions = new Completions(1);
        long startNs = System.nanoTime();
        while (running.get()) {
            if (System.nanoTime() - startNs > LOST_NS) {
                throw new IllegalStateException("no completion after " + LOST_NS / 1e9 + " s");
            }
            if (queue.poll(completions) > 0) {
                if (!completions.isSuccess(0)) {
                    throw new IllegalStateException(completions.toString());
                }
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private static long pollEmptyNs(Pair pair) throws VerbsException {
        CompletionQueue queue = pair.client.sent;
        Completions completions = new Completions(16);
        long startNs = System.nanoTime();
        for (int i = 0; i < POLLS; i++) {
            queue.poll(completions);
        }
        return (System.nanoTime() - startNs) / POLLS;
    }

    /** A receive is written into memory shared with the device: our cost without the device's. */
    private static long postReceiveNs(Pair pair) throws Exception {
        End server = pair.server;
        End client = pair.client;
        Completions completions = new Completions(64);
        long spentNs = 0;
        for (int posted = 0; posted < POSTS; posted += 64) {
            long startNs = System.nanoTime();
            server.receives.clear();
            for (int i = 0; i < 64; i++) {
                server.receives
                        .receive(i)
                        .slice(server.at(0), 40, server.region.localKey())
                        .slice(server.at(4096), 4096, server.region.localKey());
            }
            server.queuePair.postReceives(server.receives, 0);
            spentNs += System.nanoTime() - startNs;
            client.sends.clear();
            for (int i = 0; i < 64; i++) {
                client.sends
                        .send(i, i == 63 ? SendList.SIGNALED : 0)
                        .slice(client.at(0), 64, client.region.localKey());
            }
            client.post();
            int missing = 64;
            while (missing > 0) {
                missing -= server.received.poll(completions);
            }
            client.next(client.sent);
        }
        return spentNs / POSTS;
    }

    private static void throughput(Pair pair, int round, int seconds, int bytes) throws Exception {
        AtomicLong granted = new AtomicLong();
        Thread receiver = new Thread(() -> receive(pair.server, bytes, granted), "receiver");
        receiver.setDaemon(true);
        receiver.start();

        try {
            send(pair.client, round, seconds, bytes, granted);
        } finally {
            // Nothing may be closed while the other thread uses it.
            pair.client.queuePair.toError();
            pair.server.queuePair.toError();
            receiver.join();
        }
    }

    private static void send(End client, int round, int seconds, int bytes, AtomicLong granted)
            throws VerbsException {
        Completions completions = new Completions(16);
        long sent = 0;
        long done = 0;
        long startNs = System.nanoTime();
        long endNs = startNs + seconds * 1_000_000_000L;
        boolean running = true;
        while (running || done < sent) {
            client.sends.clear();
            while (running && sent < granted.getAcquire() && sent - done < WINDOW) {
                sent++;
                client.sends
                        .send(sent, sent % SIGNAL_EVERY == 0 ? SendList.SIGNALED : 0)
                        .slice(
                                client.at((int) (sent % 64) * bytes % (End.MEMORY_BYTES - bytes)),
                                bytes,
                                client.region.localKey());
            }
            if (client.sends.size() > 0) {
                client.post();
            }
            int count = client.sent.poll(completions);
            for (int i = 0; i < count; i++) {
                if (!completions.isSuccess(i)) {
                    throw new IllegalStateException(completions.toString());
                }
                done = completions.id(i);
            }
            if (running && System.nanoTime() > endNs && sent % SIGNAL_EVERY == 0) {
                running = false;
            }
        }
        double elapsed = (System.nanoTime() - startNs) / 1e9;
        System.out.printf(
                "round=%d send_bytes=%d messages=%d MB/s=%.1f us/message=%.2f%n",
                round, bytes, sent, sent * (double) bytes / elapsed / 1e6, elapsed * 1e6 / sent);
    }

    private static void receive(End server, int bytes, AtomicLong granted) {
        try {
            ReceiveList list = new ReceiveList(64, 2);
            Completions completions = new Completions(64);
            post(server, list, 64, bytes);
            granted.addAndGet(64);
            while (true) {
                int count = server.received.poll(completions);
                if (count == 0) {
                    Thread.onSpinWait();
                    continue;
                }
                if (!completions.isSuccess(0)) {
                    return; // the sender has ended it
                }
                post(server, list, count, bytes);
                granted.setRelease(granted.getPlain() + count);
            }
        } catch (VerbsException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void post(End server, ReceiveList list, int count, int bytes)
            throws VerbsException {
        list.clear();
        for (int i = 0; i < count; i++) {
            list.receive(i).slice(server.at(i * 32_768), bytes, server.region.localKey());
        }
        server.queuePair.postReceives(list, 0);
    }
}
