package io.geminid.runtime.api;

import io.geminid.config.GeminidProperties;
import io.geminid.runtime.graph.ExchangeModes;
import io.geminid.runtime.graph.JobGraph;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Finds programs by name and makes their graphs. Thread-safe. */
public final class JobPrograms {

    private JobPrograms() {}

    /**
     * Makes the graph of a program. The same name and arguments give a graph with the same {@link
     * JobGraph#fingerprint()} in every process that has the same program.
     *
     * @param program name of the program
     * @param arguments for it
     * @param modes which edges are blocking
     * @return the graph
     * @throws IllegalArgumentException if there is no such program or it does not understand the
     *     arguments
     * @throws io.geminid.runtime.graph.GraphException if its graph cannot be run
     */
    public static JobGraph graphOf(
            final String program, final List<String> arguments, final ExchangeModes modes) {
        return graphOf(find(program), arguments, modes);
    }

    /**
     * The same, with edges as the program says.
     *
     * @param program name of the program
     * @param arguments for it
     * @return the graph
     */
    public static JobGraph graphOf(final String program, final List<String> arguments) {
        return graphOf(program, arguments, ExchangeModes.AS_PROGRAMMED);
    }

    /**
     * Makes the graph of a program at hand, with edges as it says.
     *
     * @param program the program
     * @param arguments for it
     * @return the graph
     */
    public static JobGraph graphOf(final JobProgram program, final List<String> arguments) {
        return graphOf(program, arguments, ExchangeModes.AS_PROGRAMMED);
    }

    private static JobGraph graphOf(
            final JobProgram program, final List<String> arguments, final ExchangeModes modes) {
        final StreamJob job = new StreamJob();
        final JobArguments parsed = new JobArguments(arguments);
        program.define(job, parsed);
        parsed.refuseUnread();
        return job.toJobGraph(modes);
    }

    /**
     * Makes graphs of programs by name, with edges as configured.
     *
     * @param properties of the cluster
     * @return for any thread
     */
    public static BiFunction<String, List<String>, JobGraph> graphs(
            final GeminidProperties properties) {
        final ExchangeModes modes = ExchangeModes.from(properties);
        return (program, arguments) -> graphOf(program, arguments, modes);
    }

    private static JobProgram find(final String name) {
        final TreeMap<String, JobProgram> programs = new TreeMap<>();
        for (final JobProgram program :
                ServiceLoader.load(JobProgram.class, JobProgram.class.getClassLoader())) {
            final JobProgram other = programs.put(program.name(), program);
            if (other != null) {
                throw new IllegalArgumentException(
                        "program="
                                + program.name()
                                + " is there twice: "
                                + other.getClass().getName()
                                + " and "
                                + program.getClass().getName());
            }
        }
        final JobProgram found = programs.get(name);
        if (found == null) {
            throw new IllegalArgumentException("program=" + name + " known=" + programs.keySet());
        }
        return found;
    }
}
