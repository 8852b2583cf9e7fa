package io.geminid.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.config.ConfigException;
import io.geminid.config.GeminidProperties;
import io.geminid.memory.alloc.DirectSlabAllocator;
import io.geminid.memory.debug.DebugLevel;
import io.geminid.testing.ConfigTable;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sizes are checked where they are made. */
class ContextTest {
    @Test
    void defaultsFitEachOther() {
        final SegmentPoolContext context = SegmentPoolContext.from(GeminidProperties.defaults());
        assertThat(context.segmentBytes()).isEqualTo(32 << 10);
        assertThat(context.slabBytes()).isEqualTo(4 << 20);
        assertThat(context.segmentsPerSlab()).isEqualTo(128);
        assertThat(context.capacity()).isEqualTo(8192);
        assertThat(context.debug()).isEqualTo(DebugLevel.OFF);
        assertThat(SegmentPoolContext.ofMaxBytes(256 << 20).capacity()).isEqualTo(8192);
        assertThat(SegmentPoolContext.ofMaxBytes(100 << 10).capacity()).isEqualTo(3);
    }

    @Test
    void readsProperties() {
        final GeminidProperties properties =
                GeminidProperties.of(
                        Map.of(
                                "geminid.memory.segment-bytes", "8kb",
                                "geminid.memory.slab-bytes", "64kb",
                                "geminid.memory.max-bytes", "1mb",
                                "geminid.memory.huge-pages", "off",
                                "geminid.memory.debug", "stacks"),
                        SegmentPoolContext.KEYS);
        final SegmentPoolContext context = SegmentPoolContext.from(properties);
        assertThat(context.capacity()).isEqualTo(128);
        assertThat(context.debug().stacks()).isTrue();
        assertThat(context.debug().poison()).isFalse();
        assertThat(context.toString()).contains("maxBytes=1mb", "geminid.memory.huge-pages=off");
    }

    @Test
    void refusesSizesThatDoNotFit() {
        refuses(5000, 65536, 1 << 20, "geminid.memory.segment-bytes=5000");
        refuses(2048, 65536, 1 << 20, "geminid.memory.segment-bytes=2048");
        refuses(8192, 8192 * 3 + 1, 1 << 20, "geminid.memory.slab-bytes=24577");
        refuses(8192, 4096, 1 << 20, "geminid.memory.slab-bytes=4096");
        refuses(8192, 65536, 65535, "geminid.memory.max-bytes=65535");
        refuses(4096, 4096, Long.MAX_VALUE, "geminid.memory.max-bytes=9223372036854775807");
    }

    private static void refuses(
            final int segmentBytes,
            final int slabBytes,
            final long maxBytes,
            final String message) {
        assertThatThrownBy(
                        () ->
                                new SegmentPoolContext(
                                        segmentBytes,
                                        slabBytes,
                                        maxBytes,
                                        DebugLevel.OFF,
                                        new DirectSlabAllocator()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesLocalPoolsThatContradictThemselves() {
        for (final int[] numbers :
                new int[][] {
                    {-1, 1, 0}, {0, 0, 0}, {3, 2, 0}, {0, 1, -1}, {0, Integer.MAX_VALUE, 1}
                }) {
            assertThatThrownBy(() -> new LocalPoolContext("x", numbers[0], numbers[1], numbers[2]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("localPool=x");
        }
    }

    @Test
    void readmeTellsOfEveryKey() {
        ConfigTable.requireInReadme(SegmentPoolContext.KEYS);
    }
}
