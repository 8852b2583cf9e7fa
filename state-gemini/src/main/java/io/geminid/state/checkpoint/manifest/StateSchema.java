package io.geminid.state.checkpoint.manifest;

import java.util.Objects;

/**
 * What the bytes of one named state mean.
 *
 * @param name of the state
 * @param schema kind, and identity and version of each serializer: {@code StateDescriptor.schema()}
 */
public record StateSchema(String name, String schema) {

    /** Checks that both are there. */
    public StateSchema {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(schema, "schema");
    }
}
