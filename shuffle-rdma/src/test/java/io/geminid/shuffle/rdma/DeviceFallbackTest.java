package io.geminid.shuffle.rdma;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A session over a real device loses its queue pair. */
@Tag("rdma")
final class DeviceFallbackTest {

    private static final int FRAMES = 400;

    @Test
    void aSessionThatLosesItsQueuePairGoesOnOverTcp() throws Exception {
        try (DeviceSessions sessions = new DeviceSessions()) {
            // Counted after the handler was given, by another thread.
            DeviceSessions.await(
                    "over RDMA", () -> sessions.a.transport.fallbackCounters().startedFast() == 1);
            sessions.a.handler.send(DeviceSessions.frames(FRAMES));
            sessions.b.handler.send(DeviceSessions.frames(FRAMES));
            DeviceSessions.await("some", () -> sessions.b.handler.inboxSize() > FRAMES / 10);
            sessions.a.rdma.breakConnections();
            DeviceSessions.awaitAll(sessions.b.handler, FRAMES);
            DeviceSessions.awaitAll(sessions.a.handler, FRAMES);
            assertThat(sessions.a.transport.fallbackCounters().fallbacks()).isOne();
            assertThat(sessions.b.transport.fallbackCounters().fallbacks()).isOne();
            assertThat(sessions.a.handler.closed()).isNull();
            System.out.println("fallback a: " + sessions.a.transport.fallbackCounters());
            System.out.println("fallback b: " + sessions.b.transport.fallbackCounters());
            // What goes on is a connection like any other.
            sessions.a.handler.send(DeviceSessions.frames(2 * FRAMES).subList(FRAMES, 2 * FRAMES));
            DeviceSessions.awaitAll(sessions.b.handler, 2 * FRAMES);
            assertThat(sessions.a.handler.problems()).noneMatch(text -> !text.contains(" on "));
        }
    }
}
