package io.geminid.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The door says one thing: yes, or in one line why not. */
class VerbsTest {

    @AfterEach
    void clear() {
        System.clearProperty(Verbs.ENABLED_PROPERTY);
    }

    @Test
    void itCanBeKeptOff() {
        System.setProperty(Verbs.ENABLED_PROPERTY, "false");
        assertThat(Verbs.isAvailable()).isFalse();
        assertThat(Verbs.unavailabilityCause())
                .contains("RDMA is off: geminid.verbs.enabled=false");
        assertThatThrownBy(Verbs::ensureAvailable)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("RDMA is off: geminid.verbs.enabled=false");
        assertThatThrownBy(Verbs::provider).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void theAnswerFitsTheHost() {
        boolean kernelHasDevices = Files.isDirectory(Path.of("/sys/class/infiniband"));
        String cause = Verbs.unavailabilityCause().orElse("");
        assertThat(Verbs.isAvailable()).isEqualTo(cause.isEmpty());
        if (!kernelHasDevices) {
            assertThat(cause).startsWith("RDMA is off: ").doesNotContain("\n");
        }
    }
}
