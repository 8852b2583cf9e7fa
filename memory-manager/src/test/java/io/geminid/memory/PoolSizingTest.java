package io.geminid.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.geminid.testing.PoolExtension;
import org.junit.jupiter.api.Test;

/** The sum behind a pool's size. */
class PoolSizingTest {
    private static PoolSizing sizing(final int channels) {
        return new PoolSizing()
                .add(
                        "input-exclusive",
                        2 * channels,
                        channels + " channels x 2",
                        "geminid.test.exclusive")
                .add("control", 1, "must never wait for data", "geminid.test.control");
    }

    @Test
    void printsALinePerHolder() {
        assertThat(sizing(4).total()).isEqualTo(9);
        assertThat(sizing(4))
                .hasToString(
                        """
                        holder           segments  reason                    key
                        input-exclusive         8  4 channels x 2            geminid.test.exclusive
                        control                 1  must never wait for data  geminid.test.control
                        total                   9\
                        """);
    }

    @Test
    void refusesAPoolThatIsTooSmall() { // INV K7: checked before the start
        final SegmentPoolContext context = PoolExtension.context(16);
        sizing(7).requireFits(context);
        final TooFewSegmentsException tooFew =
                catchThrowableOfType(
                        TooFewSegmentsException.class, () -> sizing(8).requireFits(context));
        assertThat(tooFew)
                .hasMessage(
                        "segments needed=17 capacity=16 segmentBytes=4096: raise"
                                + " geminid.memory.max-bytes from 64kb to at least 96kb,"
                                + " or lower a key of this sum:\n"
                                + sizing(8));
        assertThat(tooFew.neededMaxBytes()).isEqualTo(24 * 4096);
    }

    @Test
    void refusesNegativeCounts() {
        assertThatThrownBy(() -> new PoolSizing().add("holder", -1, "reason", "key"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("holder=holder count=-1");
    }
}
