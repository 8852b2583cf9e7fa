package io.geminid.verbs.info;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limit on locked memory, and what to say when it is too small (S-19). */
class MemoryLockTest {

    private static final String HEADER = "Limit                     Soft Limit  Hard Limit  Units";

    @Test
    void theKernelsLineIsRead() throws Exception {
        String line = "Max locked memory         8388608              unlimited            bytes";
        MemoryLock lock = MemoryLock.parse(List.of(HEADER, line));
        assertThat(lock).isEqualTo(new MemoryLock(8_388_608, Long.MAX_VALUE));
        assertThat(MemoryLock.current().softBytes()).isPositive();
        assertThatThrownBy(() -> MemoryLock.parse(List.of(HEADER))).isInstanceOf(IOException.class);
    }

    @Test
    void aShortageNamesNeedLimitAndRemedy() {
        assertThat(new MemoryLock(100, 100).shortage(100)).isEmpty();
        assertThat(new MemoryLock(1024, 4096).shortage(2000))
                .contains("neededBytes=2000")
                .contains("memlockSoftBytes=1024")
                .contains("ulimit -l 2");
        assertThat(new MemoryLock(1024, 1024).shortage(2000)).contains("limits.conf");
    }
}
