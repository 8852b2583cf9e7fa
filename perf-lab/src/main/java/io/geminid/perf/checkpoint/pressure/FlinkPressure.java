package io.geminid.perf.checkpoint.pressure;

import io.geminid.perf.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Flink, as it is: a JobManager and two TaskManagers that {@code engine-flink/flink-cluster}
 * starts, spoken to by REST. Needs a checkout.
 */
final class FlinkPressure implements PressureSubject {

    private static final long POLL_MILLIS = 5;
    private static final long CHECKPOINT_NS_MAX = TimeUnit.SECONDS.toNanos(300);
    private static final Pattern FIRST_JOB = Pattern.compile("\"jobs\":\\[\\{\"id\":\"(\\w+)\"");
    private static final Pattern REQUEST = Pattern.compile("\"request-id\":\"(\\w+)\"");
    private static final Pattern NUMBER = Pattern.compile("\"checkpointId\":(\\d+)");
    private static final Pattern DURATION = Pattern.compile("\"end_to_end_duration\":(\\d+)");

    private static final Pattern VERTEX_RUNS =
            Pattern.compile("\"RUNNING\":" + PressurePlan.PARALLELISM + "\\b");

    /** A source and a sink. */
    private static final int VERTICES = 2;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path root = checkout();
    private final Path directory;
    private String rest;
    private String job;

    private FlinkPressure(final Path directory) {
        this.directory = directory;
    }

    /** A job whose sink is slow; returns when data has had the time to fill its channels. */
    static FlinkPressure start(
            final PressurePlan.Setting setting, final int recordBytes, final Path directory)
            throws IOException, InterruptedException {
        final FlinkPressure started = new FlinkPressure(directory);
        boolean runs = false;
        try {
            started.startProcesses(setting);
            started.submit(recordBytes);
            runs = true;
        } finally {
            if (!runs) {
                started.close();
            }
        }
        return started;
    }

    private void startProcesses(final PressurePlan.Setting setting)
            throws IOException, InterruptedException {
        script(
                "start",
                "execution.checkpointing.interval=24h",
                "execution.checkpointing.unaligned.enabled=" + !setting.aligned(),
                "execution.checkpointing.timeout=10min",
                "taskmanager.network.memory.buffers-per-channel=" + setting.buffersPerChannel());
        rest =
                "http://127.0.0.1:"
                        + Files.readString(directory.resolve("rest.port"), StandardCharsets.UTF_8)
                                .strip();
    }

    private void submit(final int recordBytes) throws IOException, InterruptedException {
        script(
                "run",
                "PressureJob",
                root.resolve("engine-flink/target/dist/demo.jar").toString(),
                Integer.toString(recordBytes),
                Long.toString(PressurePlan.SINK_MILLIS));
        job = find(FIRST_JOB, get("/jobs"));
        final long deadlineNs = System.nanoTime() + CHECKPOINT_NS_MAX;
        while (VERTEX_RUNS.matcher(get("/jobs/" + job)).results().count() < VERTICES) {
            pause(deadlineNs);
        }
        Thread.sleep(TimeUnit.SECONDS.toMillis(PressureBenchmark.FILL_SECONDS));
    }

    @Override
    public double checkpointMillis() throws IOException, InterruptedException {
        final long deadlineNs = System.nanoTime() + CHECKPOINT_NS_MAX;
        final String request =
                find(
                        REQUEST,
                        send(
                                HttpRequest.newBuilder(uri("/jobs/" + job + "/checkpoints"))
                                        .header("Content-Type", "application/json")
                                        .POST(
                                                HttpRequest.BodyPublishers.ofString(
                                                        "{\"checkpointType\":\"FULL\"}"))));
        String answer = get("/jobs/" + job + "/checkpoints/" + request);
        while (!NUMBER.matcher(answer).find()) {
            if (answer.contains("failure-cause")) {
                throw new CommandFailure("a checkpoint of Flink failed: " + answer);
            }
            pause(deadlineNs);
            answer = get("/jobs/" + job + "/checkpoints/" + request);
        }
        final String details = get("/jobs/" + job + "/checkpoints/details/" + find(NUMBER, answer));
        return Double.parseDouble(find(DURATION, details));
    }

    private static void pause(final long deadlineNs) throws InterruptedException {
        if (System.nanoTime() > deadlineNs) {
            throw new CommandFailure("Flink does not answer");
        }
        Thread.sleep(POLL_MILLIS);
    }

    private String get(final String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    private URI uri(final String path) {
        return URI.create(rest + path);
    }

    private String send(final HttpRequest.Builder request)
            throws IOException, InterruptedException {
        final HttpResponse<String> response =
                client.send(
                        request.timeout(Duration.ofSeconds(30)).build(),
                        HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new CommandFailure(
                    "Flink: " + response.uri() + " " + response.statusCode() + response.body());
        }
        return response.body();
    }

    private static String find(final Pattern pattern, final String text) {
        final Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new CommandFailure("no " + pattern + " in Flink's answer " + text);
        }
        return matcher.group(1);
    }

    private void script(final String command, final String... arguments)
            throws IOException, InterruptedException {
        final List<String> line = new ArrayList<>();
        line.add(root.resolve("engine-flink/flink-cluster").toString());
        line.add(command);
        line.add(directory.toString());
        line.addAll(List.of(arguments));
        final Path said = directory.resolveSibling(directory.getFileName() + "." + command);
        final ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        // A file: processes that go on would keep a pipe open.
        builder.redirectOutput(said.toFile());
        builder.environment()
                .putAll(
                        Map.of(
                                "GEMINID_SHUFFLE",
                                "netty",
                                "GEMINID_STATE",
                                "hashmap",
                                "GEMINID_JAR_IN",
                                "none"));
        final Process process = builder.start();
        process.getOutputStream().close();
        if (process.waitFor() != 0) {
            throw new CommandFailure(
                    "flink-cluster " + command + ": " + Files.readString(said).strip());
        }
    }

    private static Path checkout() {
        try {
            final Path own =
                    Path.of(
                            FlinkPressure.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            // A jar or a directory in perf-lab/target.
            final Path root = own.getParent().getParent().getParent();
            if (!Files.exists(root.resolve("engine-flink/flink-cluster"))) {
                throw new CommandFailure("Flink can only be measured in a checkout: not " + root);
            }
            return root;
        } catch (final URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            script("stop");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
