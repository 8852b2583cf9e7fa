package io.geminid.perf.doctor;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.perf.ConfigurationOptions;
import io.geminid.verbs.Verbs;
import io.geminid.verbs.info.MemoryLock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code doctor}: looks at the host and changes nothing. */
@Command(
        name = "doctor",
        description =
                "Says whether this host is ready for RDMA, and which command fixes what is not.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Exit codes: 0 ready for RDMA, 1 TCP only, 2 broken (or wrong usage)."})
public final class DoctorCommand implements Callable<Integer> {

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Mixin private ConfigurationOptions configuration;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        final Diagnosis diagnosis = diagnose(configuration.properties(spec));
        if (json) {
            spec.commandLine().getOut().println(diagnosis.json());
        } else {
            diagnosis.print(spec.commandLine().getOut());
        }
        return diagnosis.verdict().exitCode();
    }

    private static Diagnosis diagnose(final GeminidProperties properties) throws IOException {
        final HostFiles files = HostFiles.ofThisHost();
        final List<Check> checks = new ArrayList<>();
        // First what decides most: whoever reads only the summary gets the root of the trouble.
        checks.addAll(new KernelChecks(files, System.getProperty("os.version")).all());
        checks.addAll(
                new HostChecks(files)
                        .all(MemoryLock.current(), properties.get(SegmentPoolContext.MAX_BYTES)));
        final Optional<String> whyNot = Verbs.unavailabilityCause();
        if (whyNot.isEmpty()) {
            final int slabBytes = Math.toIntExact(properties.get(SegmentPoolContext.SLAB_BYTES));
            checks.addAll(new DeviceChecks(Verbs.provider(), files, slabBytes).all());
        } else if (new Diagnosis(checks).verdict() == Diagnosis.Verdict.READY) {
            checks.add(Check.noRdma("verbs", whyNot.get(), null));
        }
        return new Diagnosis(checks);
    }
}
