package io.geminid.perf.state.workload;

import io.geminid.serial.RecordSerializer;
import io.geminid.serial.Serializers;

/**
 * Values of one size: a {@code Long} for 8 bytes, else an array of bytes.
 *
 * @param <V> the class of the values
 */
abstract class ValueType<V> {

    private final RecordSerializer<V> serializer;

    private ValueType(final RecordSerializer<V> serializer) {
        this.serializer = serializer;
    }

    static ValueType<?> ofBytes(final int bytes) {
        return bytes == Long.BYTES ? new Longs() : new Arrays(bytes);
    }

    final RecordSerializer<V> serializer() {
        return serializer;
    }

    /** A value that depends on a random number. */
    abstract V of(long random);

    /** The value changed a little; may be the same object. */
    abstract V changed(V value);

    /** Something of the value, so that reading it cannot be left out. */
    abstract long glance(V value);

    private static final class Longs extends ValueType<Long> {

        Longs() {
            super(Serializers.LONG);
        }

        @Override
        Long of(final long random) {
            return random;
        }

        @Override
        Long changed(final Long value) {
            return value + 1;
        }

        @Override
        long glance(final Long value) {
            return value;
        }
    }

    private static final class Arrays extends ValueType<byte[]> {

        /** A power of two, so that choosing one is cheap; enough that they do not compress. */
        private static final int ARRAYS = 1024;

        private final byte[][] arrays;

        Arrays(final int bytes) {
            super(Serializers.BYTES);
            final KeyStream random = new KeyStream(1, Long.MAX_VALUE);
            arrays = new byte[ARRAYS][bytes];
            for (final byte[] array : arrays) {
                for (int i = 0; i < bytes; i++) {
                    array[i] = (byte) random.next();
                }
            }
        }

        @Override
        byte[] of(final long random) {
            return arrays[(int) random & ARRAYS - 1];
        }

        @Override
        byte[] changed(final byte[] value) {
            value[0]++;
            return value;
        }

        @Override
        long glance(final byte[] value) {
            return value[0];
        }
    }
}
