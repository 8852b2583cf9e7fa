package io.geminid.runtime.cluster.job;

import java.util.List;
import java.util.Objects;

/**
 * A job to run: the name of a program that every process of the cluster knows, and its arguments.
 * Every process builds the same graph from them, so no code and no class name ever travels.
 *
 * @param program name of a {@code JobProgram} on the class path
 * @param arguments as the program expects them
 */
public record JobRequest(String program, List<String> arguments) {

    /** Copies the arguments. */
    public JobRequest {
        Objects.requireNonNull(program, "program");
        arguments = List.copyOf(arguments);
    }
}
