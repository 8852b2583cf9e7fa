package io.geminid.state.rocksdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.serial.Serializers;
import io.geminid.testing.Seed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What keys of entries are made of comes out again, and sorts as it should. */
class KeyBytesTest {

    private static final int KEYS = 2_000;

    @RegisterExtension private final Seed seed = new Seed();

    @Test
    void partsComeOutAgainWhateverTheirLengthIs() {
        final Random random = seed.random();
        for (final int maxParallelism : new int[] {1, 256, 257, 32_768}) {
            final KeyBytes bytes = new KeyBytes(maxParallelism);
            final KeyInput input = new KeyInput(maxParallelism);
            for (int i = 0; i < KEYS; i++) {
                final byte[] key = randomBytes(random, 600);
                final byte[] mapKey = randomBytes(random, 600);
                final long time = random.nextLong();
                bytes.cut(0).group(random.nextInt(maxParallelism)).time(time);
                final int before = bytes.length();
                bytes.part(key, Serializers.BYTES).part("n", Serializers.STRING);
                bytes.last(mapKey, Serializers.BYTES);
                input.wrap(bytes.buffer());
                assertThat(input.time()).isEqualTo(time);
                assertThat(input.position()).isEqualTo(before);
                assertThat(input.part(Serializers.BYTES)).isEqualTo(key);
                assertThat(input.skipPart().last(Serializers.BYTES)).isEqualTo(mapKey);
            }
        }
    }

    @Test
    void keysSortByGroupAndThenByTime() {
        final Random random = seed.random();
        final int maxParallelism = 1_000;
        final KeyBytes bytes = new KeyBytes(maxParallelism);
        final List<byte[]> keys = new ArrayList<>();
        final List<long[]> parts = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            final long[] part = {random.nextInt(maxParallelism), edgeOr(random)};
            parts.add(part);
            keys.add(toArray(bytes.cut(0).group((int) part[0]).time(part[1]).buffer()));
        }
        keys.sort(Arrays::compareUnsigned);
        parts.sort(Arrays::compare);
        for (int i = 0; i < KEYS; i++) {
            final long[] part = parts.get(i);
            assertThat(keys.get(i))
                    .isEqualTo(toArray(bytes.cut(0).group((int) part[0]).time(part[1]).buffer()));
        }
    }

    @Test
    void noKeyIsTheBeginningOfAnothers() {
        final Random random = seed.random();
        final KeyBytes bytes = new KeyBytes(16);
        final List<String> keys = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            keys.add("a".repeat(random.nextInt(300)));
        }
        final List<byte[]> written = new ArrayList<>();
        for (final String key : keys.stream().distinct().toList()) {
            written.add(toArray(bytes.cut(0).group(3).part(key, Serializers.STRING).buffer()));
        }
        for (final byte[] one : written) {
            for (final byte[] other : written) {
                final boolean begins =
                        other.length >= one.length
                                && Arrays.equals(one, Arrays.copyOf(other, one.length));
                assertThat(begins).isEqualTo(one == other);
            }
        }
    }

    private static long edgeOr(final Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            case 2 -> 0;
            case 3 -> -1;
            default -> random.nextLong();
        };
    }

    private static byte[] randomBytes(final Random random, final int max) {
        final byte[] bytes = new byte[random.nextInt(max)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] toArray(final ByteBuffer buffer) {
        final byte[] array = new byte[buffer.remaining()];
        buffer.get(0, array);
        return array;
    }
}
