package io.geminid.yarn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.shuffle.sortmerge.SortMergeOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.service.ServiceStateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service's own life, as a NodeManager leads it. */
@Timeout(60)
class GeminidShuffleServiceTest {

    @TempDir Path root;

    private Configuration configuration() {
        final Configuration configuration = new Configuration(false);
        configuration.set(SortMergeOptions.SERVICE_DIRECTORY.name(), root.toString());
        return configuration;
    }

    private GeminidShuffleService start() {
        final GeminidShuffleService service = new GeminidShuffleService();
        service.init(configuration());
        service.start();
        return service;
    }

    private static InetSocketAddress resolved(final GeminidShuffleService service)
            throws IOException {
        // A NodeManager hands out all of the array, wherever the buffer ends.
        final ByteBuffer whole = ByteBuffer.wrap(service.getMetaData().array());
        final InetSocketAddress address = GeminidShuffleService.address(whole);
        return new InetSocketAddress(address.getHostString(), address.getPort());
    }

    /** BL-36: what a worker wrote is served after it is gone, also by the next NodeManager. */
    @Test
    void servesWhatWorkersLeft() throws Exception {
        final InetSocketAddress address;
        try (GeminidShuffleService service = start();
                PartitionUser reader = new PartitionUser(root)) {
            try (PartitionUser worker = new PartitionUser(root)) {
                Container.write(worker);
            }
            address = resolved(service);
            assertThat(reader.read(address, 0)).isEqualTo(PartitionUser.expected(0));
        }
        try (GeminidShuffleService again = start();
                PartitionUser reader = new PartitionUser(root)) {
            assertThat(resolved(again)).isEqualTo(address);
            assertThat(reader.read(address, 1)).isEqualTo(PartitionUser.expected(1));
        }
    }

    @Test
    void namesTheKeyThatIsMissing() {
        try (GeminidShuffleService service = new GeminidShuffleService()) {
            assertThatThrownBy(() -> service.init(new Configuration(false)))
                    .isInstanceOf(RuntimeException.class)
                    .hasMessageContaining(SortMergeOptions.SERVICE_DIRECTORY.name());
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aKeyThatDoesNotExistIsAnError() throws IOException {
        final Configuration configuration = configuration();
        configuration.set("geminid.yarn.leese", "1h");
        try (GeminidShuffleService service = new GeminidShuffleService()) {
            assertThatThrownBy(() -> service.init(configuration))
                    .hasMessageContaining("geminid.yarn.lease");
        }
    }

    @Test
    void oneForADirectory() throws IOException {
        try (GeminidShuffleService first = start();
                GeminidShuffleService second = new GeminidShuffleService()) {
            assertThat(first.getMetaData().hasRemaining()).isTrue();
            second.init(configuration());
            assertThatThrownBy(second::start)
                    .isInstanceOf(ServiceStateException.class)
                    .hasMessageContaining("has a shuffle service that runs");
        }
    }

    @Test
    void metaDataThatIsNoAddressIsAnError() {
        assertThatThrownBy(
                        () ->
                                GeminidShuffleService.address(
                                        ByteBuffer.wrap(new byte[] {'a', ' ', 'b'})))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no address");
    }
}
