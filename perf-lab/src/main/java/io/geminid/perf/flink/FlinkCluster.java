package io.geminid.perf.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geminid.perf.CommandFailure;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A JobManager and two TaskManagers, as processes. Used by one thread; closing it ends the
 * processes and removes their files.
 */
public final class FlinkCluster implements AutoCloseable {

    private static final String RESULT = "result ";
    private static final Duration REST_TIMEOUT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path root;
    private final Path directory;
    private final Map<String, String> environment;
    private final HttpClient http = HttpClient.newHttpClient();

    /** A measurement that is stopped must not leave processes behind. */
    private final Thread onExit = new Thread(this::end, "end-flink-cluster");

    /**
     * What makes one cluster different from another.
     *
     * @param shuffle {@code geminid} or {@code netty}
     * @param state {@code gemini}, or the name that Flink knows a state backend by
     * @param heapMegabytes Java heap of a TaskManager
     */
    public record Kind(String shuffle, String state, int heapMegabytes) {

        private Map<String, String> environment() {
            return Map.of(
                    "GEMINID_SHUFFLE",
                    shuffle,
                    "GEMINID_STATE",
                    state,
                    "GEMINID_HEAP",
                    heapMegabytes + "m",
                    "GEMINID_NICE",
                    "0");
        }
    }

    /**
     * Starts a cluster.
     *
     * @param kind what is compared
     * @param entries of Flink's configuration, as {@code KEY=VALUE}; the same for all subjects
     * @throws CommandFailure if it does not come up; says what its processes said
     * @throws IOException if it cannot be started
     * @throws InterruptedException meanwhile
     */
    public FlinkCluster(final Kind kind, final List<String> entries)
            throws IOException, InterruptedException {
        root = checkout();
        directory = Files.createTempDirectory("geminid-flink-");
        environment = kind.environment();
        Runtime.getRuntime().addShutdownHook(onExit);
        try {
            final List<String> arguments = new ArrayList<>(List.of(directory.toString()));
            arguments.addAll(entries);
            script("start", arguments);
        } catch (final IOException | InterruptedException | CommandFailure e) {
            close();
            throw e;
        }
    }

    private static Path checkout() {
        try {
            final Path own =
                    Path.of(
                            FlinkCluster.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            // A jar or a directory in perf-lab/target.
            final Path root = own.getParent().getParent().getParent();
            if (!Files.isExecutable(root.resolve("engine-flink/flink-cluster"))) {
                throw new CommandFailure("Flink can only be measured in a checkout: no " + root);
            }
            return root;
        } catch (final URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Runs a program to its end.
     *
     * @param program a class of {@code engine-flink/src/dist}
     * @param arguments as {@code name=value}
     * @return what it printed as its result, by name
     * @throws CommandFailure if it fails, or prints none
     * @throws IOException if it cannot be started
     * @throws InterruptedException meanwhile
     */
    public Map<String, String> run(final String program, final String... arguments)
            throws IOException, InterruptedException {
        final List<String> all =
                new ArrayList<>(
                        List.of(
                                directory.toString(),
                                program,
                                root.resolve("engine-flink/target/dist/demo.jar").toString()));
        all.addAll(List.of(arguments));
        for (final String line : script("run", all).split("\n")) {
            if (line.startsWith(RESULT)) {
                final Map<String, String> result = new HashMap<>();
                for (final String each : line.substring(RESULT.length()).trim().split(" ")) {
                    final int split = each.indexOf('=');
                    result.put(each.substring(0, split), each.substring(split + 1));
                }
                return result;
            }
        }
        throw new CommandFailure(program + " printed no result; logs are in " + directory);
    }

    private String script(final String command, final List<String> arguments)
            throws IOException, InterruptedException {
        final List<String> line = new ArrayList<>();
        line.add(root.resolve("engine-flink/flink-cluster").toString());
        line.add(command);
        line.addAll(arguments);
        // To a file: the cluster's processes are the script's children and would keep a pipe open.
        final Path output = directory.resolve(command + ".txt");
        final ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        final int code = builder.start().waitFor();
        final String said = Files.readString(output);
        if (code != 0) {
            throw new CommandFailure("flink-cluster " + command + " failed: " + said.strip());
        }
        return said;
    }

    /** Processor time that the TaskManagers have used. */
    double cpuSeconds() throws IOException {
        double seconds = 0;
        for (final String name : List.of("tm1", "tm2")) {
            final String pid = Files.readString(directory.resolve(name + ".pid")).trim();
            final Duration used =
                    ProcessHandle.of(Long.parseLong(pid))
                            .flatMap(process -> process.info().totalCpuDuration())
                            .orElseThrow(() -> new CommandFailure(name + " has ended"));
            seconds += used.toNanos() / 1e9;
        }
        return seconds;
    }

    /**
     * What the JobManager knows of a job's checkpoints.
     *
     * @param job its id
     */
    JsonNode checkpoints(final String job) throws IOException, InterruptedException {
        return get("/jobs/" + job + "/checkpoints").orElseThrow();
    }

    /**
     * Asks the JobManager.
     *
     * @param path of its REST interface
     * @return its answer; empty if it knows of no such thing, or not yet
     * @throws CommandFailure if it refuses to answer
     * @throws IOException if it does not answer
     * @throws InterruptedException meanwhile
     */
    public Optional<JsonNode> get(final String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    /**
     * Has the JobManager do something.
     *
     * @param path of its REST interface
     * @param body JSON
     * @return its answer
     * @throws CommandFailure if it refuses
     * @throws IOException if it does not answer
     * @throws InterruptedException meanwhile
     */
    public JsonNode post(final String path, final String body)
            throws IOException, InterruptedException {
        return send(request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)))
                .orElseThrow(() -> new CommandFailure("Flink knows no " + path));
    }

    private HttpRequest.Builder request(final String path) throws IOException {
        final String port = Files.readString(directory.resolve("rest.port")).trim();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(REST_TIMEOUT);
    }

    private Optional<JsonNode> send(final HttpRequest.Builder request)
            throws IOException, InterruptedException {
        final HttpResponse<String> response =
                http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == HttpURLConnection.HTTP_NOT_FOUND) {
            return Optional.empty();
        }
        if (response.statusCode() >= HttpURLConnection.HTTP_MULT_CHOICE) {
            throw new CommandFailure(
                    "Flink: " + response.uri() + " " + response.statusCode() + response.body());
        }
        return Optional.of(JSON.readTree(response.body()));
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (final IllegalStateException exiting) {
            return; // the hook does it
        }
        end();
    }

    private void end() {
        try {
            script("stop", List.of(directory.toString()));
            try (Stream<Path> all = Files.walk(directory)) {
                for (final Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        } catch (final IOException e) {
            throw new CommandFailure("cannot clear " + directory, e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
