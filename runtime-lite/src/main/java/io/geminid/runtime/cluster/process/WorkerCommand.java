package io.geminid.runtime.cluster.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a worker's JVM. Nothing on it is secret: every user of the host can read it.
 *
 * @param java the binary
 * @param classPath what it runs with
 * @param mainClass what it runs
 * @param heapBytes largest Java heap
 * @param directBytes largest direct memory
 * @param flags more flags
 */
public record WorkerCommand(
        Path java,
        String classPath,
        String mainClass,
        long heapBytes,
        long directBytes,
        List<String> flags) {

    /** System properties that mean the same in a worker as here. */
    private static final List<String> INHERITED = List.of("logback.configurationFile");

    /** Copies the flags. */
    public WorkerCommand {
        flags = List.copyOf(flags);
    }

    /**
     * @return binary and arguments
     */
    public List<String> toList() {
        final List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.add("-Xmx" + heapBytes);
        command.add("-XX:MaxDirectMemorySize=" + directBytes);
        // Half a worker is worse than none: the coordinator notices its end at once.
        command.add("-XX:+ExitOnOutOfMemoryError");
        if (WorkerCommand.class.desiredAssertionStatus()) {
            command.add("-ea");
        }
        for (final String name : INHERITED) {
            final String value = System.getProperty(name);
            if (value != null) {
                command.add("-D" + name + "=" + value);
            }
        }
        command.addAll(flags);
        command.add("-cp");
        command.add(classPath);
        command.add(mainClass);
        return command;
    }
}
