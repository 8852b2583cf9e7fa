package io.geminid.perf.blocking;

import io.geminid.perf.CommandFailure;
import io.geminid.perf.child.ChildLines;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * Class paths of peers that are other engines: their jars come from Maven when they are first
 * measured, and our few lines that drive them are compiled against those. Needs a checkout.
 */
final class PeerClasses {

    private static final Pattern VERSION =
            Pattern.compile(
                    "<((?:flink|spark|dependency\\.plugin|flink\\.log4j)\\.version)>([^<]+)<");

    private final Path perfLab;
    private final Path own;

    PeerClasses() {
        try {
            own =
                    Path.of(
                            ChildLines.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
        } catch (final URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        // A jar or a directory in perf-lab/target.
        perfLab = own.getParent().getParent();
    }

    /** Finds or fetches all that a peer needs. */
    String classPath(final Subject subject) throws IOException, InterruptedException {
        final Path sources = perfLab.resolve("src/peers").resolve(subject.label());
        if (!Files.isDirectory(sources)) {
            throw new CommandFailure(
                    subject.label() + " can only be measured in a checkout: no " + sources);
        }
        final Path target = perfLab.resolve("target/peers").resolve(subject.label());
        final Path library = library(sources, target);
        final String libraries = library + File.separator + "*" + File.pathSeparator + own;
        final Path classes = target.resolve("classes");
        compile(sources, jars(library) + File.pathSeparator + own, classes);
        return perfLab.resolve("src/peers") // for the configuration of their logs
                + File.pathSeparator
                + classes
                + File.pathSeparator
                + libraries;
    }

    private Path library(final Path sources, final Path target)
            throws IOException, InterruptedException {
        final Path pom = sources.resolve("pom.xml");
        final List<String> versions = versions();
        final Path library =
                target.resolve(
                        "lib-"
                                + Integer.toHexString(
                                        (Files.readString(pom) + versions).hashCode()));
        if (Files.isDirectory(library)) {
            return library;
        }
        final Path part = target.resolve("lib.part");
        final List<String> command = new ArrayList<>();
        command.add(perfLab.resolveSibling("mvnw").toString());
        command.addAll(List.of("-B", "-q", "-f", pom.toString()));
        String plugin = "";
        for (final String each : versions) {
            command.add("-D" + each);
            if (each.startsWith("dependency.plugin.version=")) {
                plugin = each.substring(each.indexOf('=') + 1);
            }
        }
        command.add(
                "org.apache.maven.plugins:maven-dependency-plugin:"
                        + plugin
                        + ":copy-dependencies");
        command.add("-DincludeScope=runtime");
        command.add("-DoutputDirectory=" + part);
        run(command);
        Files.move(part, library, StandardCopyOption.ATOMIC_MOVE);
        return library;
    }

    /** Those of the build, where all versions are. */
    private List<String> versions() throws IOException {
        final List<String> versions = new ArrayList<>();
        final Matcher found = VERSION.matcher(Files.readString(perfLab.resolveSibling("pom.xml")));
        while (found.find()) {
            versions.add(found.group(1) + "=" + found.group(2));
        }
        return versions;
    }

    private static void run(final List<String> command) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        final String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new CommandFailure(
                    "Maven could not fetch a peer's jars: " + command + "\n" + said.strip());
        }
    }

    private static String jars(final Path library) throws IOException {
        try (Stream<Path> all = Files.list(library)) {
            return String.join(File.pathSeparator, all.map(Path::toString).sorted().toList());
        }
    }

    private static void compile(final Path sources, final String classPath, final Path classes)
            throws IOException {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new CommandFailure("peers can only be measured with a JDK");
        }
        Files.createDirectories(classes);
        final List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-nowarn",
                                "-proc:none",
                                "-cp",
                                classPath,
                                "-d",
                                classes.toString()));
        try (Stream<Path> all = Files.list(sources)) {
            all.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
        }
        if (compiler.run(null, System.err, System.err, arguments.toArray(new String[0])) != 0) {
            throw new CommandFailure("cannot compile " + sources);
        }
    }
}
