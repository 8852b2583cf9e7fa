package io.geminid.flink.state.bytes;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.state.ttl.TtlAwareSerializer;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;

/**
 * A serializer of Flink's as the store wants one. Which one of Flink's may change: with a new
 * version of a job comes a new serializer, and while values are rewritten they are read with the
 * old and written with the new one.
 *
 * <p>All are the same to the store: which serializer belongs to which state, and whether it fits
 * what was restored, Flink's own meta data say. One thread at a time.
 *
 * @param <T> type of the values
 */
public final class FlinkSerializer<T> implements RecordSerializer<T> {

    private static final String ID = "flink";

    private final RecordOutputView output = new RecordOutputView();
    private final RecordInputView input = new RecordInputView();
    private TypeSerializer<T> reader;
    private TypeSerializer<T> writer;
    private Migration<T> migration;

    private record Migration<T>(
            TtlAwareSerializer<T, ?> from, TtlAwareSerializer<T, ?> to, TtlTimeProvider clock) {}

    /**
     * Uses a serializer.
     *
     * @param serializer used by this alone
     */
    public FlinkSerializer(final TypeSerializer<T> serializer) {
        use(serializer);
    }

    /**
     * Uses another serializer, of the same format.
     *
     * @param serializer used by this alone
     */
    public void use(final TypeSerializer<T> serializer) {
        reader = serializer;
        writer = serializer;
        migration = null;
    }

    /**
     * Reads what one serializer wrote and writes it as another does, until {@link #use}. Where one
     * of them keeps times to live and the other does not, they come now, or go.
     *
     * @param from reads
     * @param to writes
     * @param clock for values that begin to age
     */
    @SuppressWarnings("unchecked") // both are serializers of T, or of T with its time
    public void migrate(
            final TypeSerializer<T> from, final TypeSerializer<T> to, final TtlTimeProvider clock) {
        reader = from;
        writer = to;
        migration =
                new Migration<>(
                        (TtlAwareSerializer<T, ?>) TtlAwareSerializer.wrapTtlAwareSerializer(from),
                        (TtlAwareSerializer<T, ?>) TtlAwareSerializer.wrapTtlAwareSerializer(to),
                        clock);
    }

    @Override
    public void write(final T value, final RecordOutput out) {
        try {
            if (migration == null) {
                writer.serialize(value, output.over(out));
            } else {
                migration.to.migrateValueFromPriorSerializer(
                        migration.from, () -> value, output.over(out), migration.clock);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("serializer=" + writer, e);
        }
    }

    @Override
    public T read(final RecordInput in) {
        try {
            return reader.deserialize(input.over(in));
        } catch (final IOException e) {
            throw new UncheckedIOException("serializer=" + reader, e);
        }
    }

    @Override
    public String id() {
        return ID;
    }
}
