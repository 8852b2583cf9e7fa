package io.geminid.runtime.operator;

import io.geminid.serial.RecordSerializer;

/**
 * Names a side output.
 *
 * @param id unique among the side outputs of an operator; two tags with the same are the same
 * @param serializer of its records
 * @param <X> type of its records
 */
public record OutputTag<X>(String id, RecordSerializer<X> serializer) {

    /** Checks the name. */
    public OutputTag {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("id is empty");
        }
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof OutputTag<?> tag && tag.id.equals(id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
