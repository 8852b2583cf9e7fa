package io.geminid.runtime.graph.stream;

import io.geminid.runtime.operator.StreamOperator;
import io.geminid.runtime.operator.source.Boundedness;
import io.geminid.serial.RecordSerializer;
import java.util.function.Supplier;

/**
 * What an operator does.
 *
 * @param description kind and parameters, for people and for the fingerprint, for example {@code
 *     "window(tumbling(sizeMillis=30000,offsetMillis=0))"}
 * @param factory makes an instance for each attempt of each subtask; called by any thread
 * @param keySerializer of the keys of its state; {@code null} if its input is not keyed
 * @param boundedness of a source; {@code null} for all others
 */
public record OperatorSpec(
        String description,
        Supplier<? extends StreamOperator<?>> factory,
        RecordSerializer<?> keySerializer,
        Boundedness boundedness) {

    /**
     * An operator without keyed state.
     *
     * @param description see {@link #description()}
     * @param factory see {@link #factory()}
     * @return the spec
     */
    public static OperatorSpec of(
            final String description, final Supplier<? extends StreamOperator<?>> factory) {
        return new OperatorSpec(description, factory, null, null);
    }

    /**
     * An operator with keyed state.
     *
     * @param description see {@link #description()}
     * @param factory see {@link #factory()}
     * @param keySerializer see {@link #keySerializer()}
     * @return the spec
     */
    public static OperatorSpec keyed(
            final String description,
            final Supplier<? extends StreamOperator<?>> factory,
            final RecordSerializer<?> keySerializer) {
        return new OperatorSpec(description, factory, keySerializer, null);
    }

    /**
     * A source.
     *
     * @param description see {@link #description()}
     * @param factory see {@link #factory()}
     * @param boundedness see {@link #boundedness()}
     * @return the spec
     */
    public static OperatorSpec source(
            final String description,
            final Supplier<? extends StreamOperator<?>> factory,
            final Boundedness boundedness) {
        return new OperatorSpec(description, factory, null, boundedness);
    }

    /**
     * Whether it has no input.
     *
     * @return true for a source
     */
    public boolean isSource() {
        return boundedness != null;
    }
}
