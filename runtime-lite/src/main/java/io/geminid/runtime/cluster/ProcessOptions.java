package io.geminid.runtime.cluster;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * How worker processes are started.
 *
 * @param java the {@code java} binary
 * @param classPath what they run with; it must hold the job's program and its shuffle service
 * @param heapBytes largest Java heap of each
 * @param jvmFlags more flags, put after the ones that {@link ProcessCluster} sets itself
 * @param output takes every line that a worker writes to its standard error, with the worker's name
 *     before it, and every line of its standard output as it is; called by one thread for each
 *     worker
 * @param entriesOfWorker configuration of single workers, by their index, which comes before that
 *     of the cluster: the addresses that they bind to, for example
 */
public record ProcessOptions(
        Path java,
        String classPath,
        long heapBytes,
        List<String> jvmFlags,
        Output output,
        IntFunction<Map<String, String>> entriesOfWorker) {

    /**
     * Where the lines that workers write go to.
     *
     * @param standard takes the lines of standard output
     * @param error takes the lines of standard error
     */
    public record Output(Consumer<String> standard, Consumer<String> error) {}

    private static final long DEFAULT_HEAP_BYTES = 512L << 20;

    /** Flags that open the JDK to libraries; a worker needs them as much as this process. */
    private static final List<String> INHERITED =
            List.of("--add-opens", "--add-exports", "--enable-native-access", "--sun-misc-unsafe");

    /** Copies the flags. */
    public ProcessOptions {
        Objects.requireNonNull(java, "java");
        Objects.requireNonNull(classPath, "classPath");
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(entriesOfWorker, "entriesOfWorker");
        jvmFlags = List.copyOf(jvmFlags);
    }

    /**
     * The JVM and the class path of this process with the flags that open the JDK, 512 MB of heap,
     * output to this process's own.
     *
     * @return the defaults
     */
    public static ProcessOptions ofThisProcess() {
        return new ProcessOptions(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                DEFAULT_HEAP_BYTES,
                inheritedFlags(),
                new Output(System.out::println, System.err::println),
                index -> Map.of());
    }

    private static List<String> inheritedFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> INHERITED.stream().anyMatch(flag::startsWith))
                .toList();
    }

    /**
     * The same with another heap.
     *
     * @param bytes largest Java heap of each worker
     * @return a changed copy
     */
    public ProcessOptions withHeapBytes(final long bytes) {
        return new ProcessOptions(java, classPath, bytes, jvmFlags, output, entriesOfWorker);
    }

    /**
     * The same with other flags.
     *
     * @param flags put after the ones that {@link ProcessCluster} sets itself
     * @return a changed copy
     */
    public ProcessOptions withJvmFlags(final List<String> flags) {
        return new ProcessOptions(java, classPath, heapBytes, flags, output, entriesOfWorker);
    }

    /**
     * The same with another destination of what workers write.
     *
     * @param to takes the lines
     * @return a changed copy
     */
    public ProcessOptions withOutput(final Output to) {
        return new ProcessOptions(java, classPath, heapBytes, jvmFlags, to, entriesOfWorker);
    }

    /**
     * The same with another binary.
     *
     * @param binary the {@code java} to run
     * @return a changed copy
     */
    public ProcessOptions withJava(final Path binary) {
        return new ProcessOptions(binary, classPath, heapBytes, jvmFlags, output, entriesOfWorker);
    }

    /**
     * The same with configuration of single workers.
     *
     * @param entries checked {@code geminid.*} entries for the index of a worker
     * @return a changed copy
     */
    public ProcessOptions withEntriesOfWorker(final IntFunction<Map<String, String>> entries) {
        return new ProcessOptions(java, classPath, heapBytes, jvmFlags, output, entries);
    }
}
