package io.geminid.shuffle.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import io.geminid.testing.ConfigTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShuffleOptionsTest {

    @Test
    void theReadmeHasEveryKey() {
        final List<ConfigKey<?>> keys = new ArrayList<>(ShuffleServices.KEYS);
        keys.addAll(ShuffleOptions.KEYS);
        keys.addAll(SortMergeOptions.KEYS);

        ConfigTable.requireInReadme(keys);
    }

    @Test
    void defaultsAreAsDocumented() {
        assertThat(ShuffleOptions.from(GeminidProperties.defaults()))
                .isEqualTo(new ShuffleOptions(2, 8, 10, 5, 256 << 20, Duration.ofSeconds(30)));
    }

    @Test
    void everyOptionHasItsKey() {
        final GeminidProperties properties =
                GeminidProperties.of(
                        Map.of(
                                "geminid.shuffle.exclusive-per-channel", "0",
                                "geminid.shuffle.floating-per-gate", "1",
                                "geminid.shuffle.segments-per-subpartition-max", "3",
                                "geminid.shuffle.overdraft-per-partition", "0",
                                "geminid.shuffle.max-record-bytes", "1kb",
                                "geminid.shuffle.partition-wait", "2s"),
                        ShuffleOptions.KEYS);

        assertThat(ShuffleOptions.from(properties))
                .isEqualTo(new ShuffleOptions(0, 1, 3, 0, 1024, Duration.ofSeconds(2)));
    }
}
