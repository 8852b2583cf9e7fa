package io.geminid.verbs.disni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.verbs.MemoryRegion;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsException.Errno;
import io.geminid.verbs.contract.Pair;
import io.geminid.verbs.info.MemoryLock;
import io.geminid.verbs.work.WorkStatus;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Registration beyond the limit on locked memory. Needs a device, and a process with a limit
 * between 16 and 64 MiB and without the right to exceed it.
 */
@Tag("rdma-memlock")
class RdmaMemoryLockTest {

    private static final int TOO_MUCH_BYTES = 128 << 20;

    // F34: what cannot be registered is refused by name, and what is registered goes on working.
    @Test
    void registeringTooMuchIsRefusedAndTheRestGoesOn() throws Exception {
        MemoryLock limit = MemoryLock.current();
        assertThat(limit.softBytes()).isBetween(16L << 20, 64L << 20);
        ByteBuffer slab = ByteBuffer.allocateDirect(TOO_MUCH_BYTES);
        try (Pair pair = Pair.connect(new RdmaRig())) {
            assertThatThrownBy(
                            () ->
                                    pair.client.domain.register(
                                            BufferUtil.address(slab), TOO_MUCH_BYTES))
                    .isInstanceOfSatisfying(
                            VerbsException.class,
                            e -> {
                                assertThat(e.call()).isEqualTo("ibv_reg_mr");
                                assertThat(e.is(Errno.ENOMEM)).isTrue();
                            });
            assertThat(limit.shortage(TOO_MUCH_BYTES)).contains("neededBytes=" + TOO_MUCH_BYTES);

            pair.server.receive(1, 0, 64);
            pair.client.send(1, 0, 64);
            pair.server.expectReceived(1, WorkStatus.SUCCESS);
            try (MemoryRegion small = pair.client.domain.register(BufferUtil.address(slab), 4096)) {
                assertThat(small.lengthBytes()).isEqualTo(4096);
            }
        }
    }
}
