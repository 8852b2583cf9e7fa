package io.geminid.yarn;

import io.geminid.config.ConfigException;
import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.shuffle.ShuffleServiceFactory;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.service.ShuffleOptions;
import io.geminid.shuffle.service.ShuffleServer;
import io.geminid.shuffle.sortmerge.ServiceDirectory;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import io.geminid.shuffle.sortmerge.write.WriteOptions;
import io.geminid.shuffle.tcp.TcpTransportContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.server.api.ApplicationInitializationContext;
import org.apache.hadoop.yarn.server.api.ApplicationTerminationContext;
import org.apache.hadoop.yarn.server.api.AuxiliaryService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves blocking partitions of the containers of a node from its NodeManager, so that containers
 * can end before others read what they wrote. Containers write into the directory that {@link
 * SortMergeOptions#SERVICE_DIRECTORY} names, as this service does; a NodeManager that starts again
 * listens where it did and serves what is there.
 *
 * <p>Configured by {@code geminid.*} properties in {@code yarn-site.xml}. Its meta data, which
 * containers find in their environment, is the address that consumers connect to.
 */
public final class GeminidShuffleService extends AuxiliaryService {

    /** Name in {@code yarn.nodemanager.aux-services}. */
    public static final String NAME = "geminid_shuffle";

    /** How long what nobody uses is kept. */
    public static final ConfigKey<Duration> LEASE =
            ConfigKey.duration(
                    "geminid.yarn.lease",
                    "1h",
                    Duration.ofSeconds(1),
                    Duration.ofDays(365),
                    "A job that nobody wrote or read for so long is removed.");

    /** Most that one job may have. */
    public static final ConfigKey<Long> JOB_QUOTA =
            ConfigKey.bytes(
                    "geminid.yarn.job-quota",
                    "0",
                    0,
                    Long.MAX_VALUE,
                    "Most that one job may have on a node, such as 100gb; 0: as much as the disk"
                            + " has.");

    private static final Logger LOG = LoggerFactory.getLogger(GeminidShuffleService.class);

    /** A NodeManager is small, and a reader of disks needs little. */
    private static final String POOL_BYTES = "64mb";

    private GeminidProperties properties;
    private ShuffleServer server;

    /** Called by the NodeManager. */
    public GeminidShuffleService() {
        super(NAME);
    }

    @Override
    protected void serviceInit(final Configuration conf) throws Exception {
        final Map<String, String> entries = new HashMap<>();
        entries.put(SegmentPoolContext.MAX_BYTES.name(), POOL_BYTES);
        conf.getPropsWithPrefix(ConfigKey.NAMESPACE)
                .forEach((key, value) -> entries.put(ConfigKey.NAMESPACE + key, value));
        final Path root = SortMergeOptions.serviceDirectory(check(entries));
        if (root == null) {
            throw new ConfigException(
                    SortMergeOptions.SERVICE_DIRECTORY
                            + " is not set: name a directory on this node in yarn-site.xml, and"
                            + " the same in the configuration of jobs");
        }
        final InetSocketAddress before = ServiceDirectory.address(root);
        if (before != null) {
            entries.putIfAbsent(
                    TcpTransportContext.PORT.name(), Integer.toString(before.getPort()));
        }
        properties = check(entries);
        super.serviceInit(conf);
    }

    private static GeminidProperties check(final Map<String, String> entries) {
        return GeminidProperties.of(entries, keys());
    }

    private static Collection<ConfigKey<?>> keys() {
        return Stream.<List<ConfigKey<?>>>of(
                        SegmentPoolContext.KEYS,
                        ShuffleServices.KEYS,
                        ShuffleOptions.KEYS,
                        SortMergeOptions.KEYS,
                        TcpTransportContext.KEYS,
                        List.of(LEASE, JOB_QUOTA))
                .<ConfigKey<?>>flatMap(List::stream)
                .toList();
    }

    @Override
    protected void serviceStart() throws Exception {
        final ShuffleServiceFactory service =
                ShuffleServices.load(getClass().getClassLoader()).forJob(properties);
        final long quotaBytes = properties.get(JOB_QUOTA);
        server =
                ShuffleServer.start(
                        service,
                        properties,
                        new ShuffleServer.Terms(
                                properties.get(LEASE),
                                quotaBytes == 0 ? WriteOptions.UNLIMITED : quotaBytes));
        LOG.info(
                "Geminid shuffle service listens at {} dir={}",
                server.address(),
                SortMergeOptions.serviceDirectory(properties));
        super.serviceStart();
    }

    /** Also after a start that failed. */
    @Override
    protected void serviceStop() throws Exception {
        final ShuffleServer running = server;
        server = null;
        if (running != null) {
            running.close();
        }
        super.serviceStop();
    }

    /** Nothing to do: a job's directory is made by whoever writes first. */
    @Override
    public void initializeApplication(final ApplicationInitializationContext context) {
        LOG.debug("application={} begins", context.getApplicationId());
    }

    /** What an application leaves is removed when its lease is over. */
    @Override
    public void stopApplication(final ApplicationTerminationContext context) {
        LOG.debug("application={} has ended", context.getApplicationId());
    }

    @Override
    public ByteBuffer getMetaData() {
        final InetSocketAddress address = server.address();
        final String text = address.getHostString() + ' ' + address.getPort();
        // Exactly as long as it is: a NodeManager takes all of the array behind it.
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads the meta data of this service.
     *
     * @param metaData as YARN hands it to containers and masters; not changed
     * @return where the service of the node listens
     * @throws IOException if it makes no sense
     */
    public static InetSocketAddress address(final ByteBuffer metaData) throws IOException {
        final String text = StandardCharsets.UTF_8.decode(metaData.duplicate()).toString();
        final int space = text.lastIndexOf(' ');
        try {
            return InetSocketAddress.createUnresolved(
                    text.substring(0, space), Integer.parseInt(text.substring(space + 1)));
        } catch (final IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException("metaData=" + text + " is no address", e);
        }
    }
}
