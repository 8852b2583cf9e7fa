package io.geminid.yarn;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.shuffle.sortmerge.SortMergeOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.api.records.ApplicationSubmissionContext;
import org.apache.hadoop.yarn.api.records.ContainerLaunchContext;
import org.apache.hadoop.yarn.api.records.Resource;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.client.api.YarnClientApplication;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A ResourceManager and a NodeManager that loads the jar as its administrator would have it. */
@Tag("packaged")
@Timeout(120)
class NodeManagerTest {

    private static final int MEGABYTES = 256;

    /** A container that cannot start says nothing here, and all in its log. */
    private static final int CONTAINER_MILLIS_MAX = 60_000;

    @TempDir Path root;

    private Configuration configuration() {
        final String service =
                YarnConfiguration.NM_AUX_SERVICES + '.' + GeminidShuffleService.NAME + '.';
        final Configuration configuration = new YarnConfiguration();
        configuration.set(YarnConfiguration.NM_AUX_SERVICES, GeminidShuffleService.NAME);
        configuration.set(service + "class", GeminidShuffleService.class.getName());
        configuration.set(service + "classpath", System.getProperty("geminid.yarn.jar"));
        configuration.set(SortMergeOptions.SERVICE_DIRECTORY.name(), shuffle().toString());
        configuration.set("yarn.scheduler.capacity.root.queues", "default");
        configuration.set("yarn.scheduler.capacity.root.default.capacity", "100");
        configuration.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
        configuration.setInt(YarnConfiguration.NM_PROCESS_KILL_WAIT_MS, 1);
        configuration.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, MEGABYTES);
        configuration.setFloat(
                YarnConfiguration.NM_MAX_PER_DISK_UTILIZATION_PERCENTAGE, 100); // of any machine
        return configuration;
    }

    private Path shuffle() {
        return root.resolve("shuffle");
    }

    /** BL-36: the container has ended, and the node's own process serves what it wrote. */
    @Test
    void servesWhatAContainerLeft() throws Exception {
        try (MiniYARNCluster cluster = new MiniYARNCluster("geminid", 1, 1, 1);
                ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            cluster.init(configuration());
            cluster.start();
            assertThat(cluster.waitForNodeManagersToConnect(60_000)).isTrue();
            listening.setSoTimeout(CONTAINER_MILLIS_MAX);
            submit(cluster.getConfig(), listening.getLocalPort());
            final InetSocketAddress service = toldBy(listening);
            try (PartitionUser reader = new PartitionUser(shuffle())) {
                assertThat(reader.read(service, 0)).isEqualTo(PartitionUser.expected(0));
                assertThat(reader.read(service, 1)).isEqualTo(PartitionUser.expected(1));
            }
        }
    }

    private void submit(final Configuration configuration, final int port) throws Exception {
        try (YarnClient client = YarnClient.createYarnClient()) {
            client.init(configuration);
            client.start();
            final YarnClientApplication application = client.createApplication();
            final ApplicationSubmissionContext submission =
                    application.getApplicationSubmissionContext();
            submission.setApplicationName("writes a partition");
            submission.setMaxAppAttempts(1);
            submission.setResource(Resource.newInstance(MEGABYTES, 1));
            submission.setAMContainerSpec(
                    ContainerLaunchContext.newInstance(
                            Map.of(),
                            Map.of("CLASSPATH", System.getProperty("java.class.path")),
                            List.of(command(configuration, port)),
                            Map.of(),
                            null,
                            Map.of()));
            client.submitApplication(submission);
        }
    }

    private String command(final Configuration configuration, final int port) {
        return String.join(
                " ",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                Container.class.getName(),
                shuffle().toString(),
                Integer.toString(port),
                configuration.get(YarnConfiguration.RM_SCHEDULER_ADDRESS),
                "1><LOG_DIR>/stdout",
                "2><LOG_DIR>/stderr");
    }

    /** Returns when the container's process has ended. */
    private static InetSocketAddress toldBy(final ServerSocket listening) throws IOException {
        try (Socket container = listening.accept();
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        container.getInputStream(), StandardCharsets.UTF_8))) {
            final String host = lines.readLine();
            assertThat(host).as("what the container told; see its log").isNotNull();
            final int port = Integer.parseInt(lines.readLine());
            assertThat(lines.readLine()).isNull();
            return new InetSocketAddress(host, port);
        }
    }
}
