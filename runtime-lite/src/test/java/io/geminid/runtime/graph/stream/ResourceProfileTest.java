package io.geminid.runtime.graph.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.testing.Seed;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Profiles are vectors: an order that is partial, and sums that can be taken apart again. */
class ResourceProfileTest {

    @RegisterExtension final Seed seed = new Seed();

    private static ResourceProfile any(final Random random) {
        return new ResourceProfile(
                random.nextInt(3),
                random.nextInt(3),
                random.nextInt(3),
                random.nextInt(3),
                random.nextInt(3));
    }

    // RT-16
    @Test
    void sumsAndDifferencesBelongTogether() {
        final Random random = seed.random();
        for (int i = 0; i < 10_000; i++) {
            final ResourceProfile a = any(random);
            final ResourceProfile b = any(random);
            final ResourceProfile c = any(random);
            assertThat(a.plus(b)).isEqualTo(b.plus(a));
            assertThat(a.plus(b).plus(c)).isEqualTo(a.plus(b.plus(c)));
            assertThat(a.plus(b).minus(b)).isEqualTo(a);
            assertThat(a.plus(b).covers(b)).isTrue();
            if (a.covers(b)) {
                assertThat(a.minus(b).plus(b)).isEqualTo(a);
            } else {
                assertThatThrownBy(() -> a.minus(b)).isInstanceOf(IllegalArgumentException.class);
            }
            if (a.covers(b) && b.covers(a)) {
                assertThat(a).isEqualTo(b);
            }
        }
    }

    @Test
    void whatIsUnlimitedStaysSo() {
        final ResourceProfile some = new ResourceProfile(1, 2, 3, 4, 5);

        assertThat(ResourceProfile.UNLIMITED.minus(some)).isEqualTo(ResourceProfile.UNLIMITED);
        assertThat(ResourceProfile.UNLIMITED.plus(some)).isEqualTo(ResourceProfile.UNLIMITED);
        assertThat(ResourceProfile.UNLIMITED.share(3)).isEqualTo(ResourceProfile.UNLIMITED);
        assertThat(ResourceProfile.UNLIMITED.covers(some)).isTrue();
    }
}
