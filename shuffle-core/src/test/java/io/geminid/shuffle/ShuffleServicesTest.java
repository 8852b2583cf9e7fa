package io.geminid.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.config.ConfigException;
import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShuffleServicesTest {

    /** A service that is only a name. */
    private record Named(String name) implements ShuffleServiceFactory {

        @Override
        public ShuffleMaster createShuffleMaster(final ShuffleMasterContext context) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ShuffleEnvironment createShuffleEnvironment(
                final ShuffleEnvironmentContext context) {
            throw new UnsupportedOperationException();
        }
    }

    private final ShuffleServices services =
            ShuffleServices.of(List.of(new Named("tcp"), new Named("rdma"), new Named("b")));

    private static GeminidProperties properties(final String... entries) {
        final List<ConfigKey<?>> keys = new ArrayList<>(ShuffleServices.KEYS);
        keys.add(ShuffleServices.edgeKey("clicks"));
        keys.add(ShuffleServices.edgeKey("views"));
        return GeminidProperties.of(
                entries.length == 2
                        ? Map.of(entries[0], entries[1])
                        : Map.of(entries[0], entries[1], entries[2], entries[3]),
                keys);
    }

    @Test
    void aJobUsesTcpUnlessItSaysOtherwise() {
        assertThat(services.forJob(GeminidProperties.defaults()).name()).isEqualTo("tcp");
        assertThat(services.forJob(properties("geminid.shuffle.service", "rdma")).name())
                .isEqualTo("rdma");
    }

    // SU-16
    @Test
    void anEdgeUsesTheServiceOfTheJobUnlessItHasItsOwn() {
        final GeminidProperties both =
                properties(
                        "geminid.shuffle.service",
                        "b",
                        "geminid.shuffle.edge.clicks.service",
                        "rdma");

        assertThat(services.forEdge(both, "clicks").name()).isEqualTo("rdma");
        assertThat(services.forEdge(both, "views").name()).isEqualTo("b");
        assertThat(services.forJob(both).name()).isEqualTo("b");
    }

    @Test
    void anUnknownNameListsThoseThereAre() {
        assertThatThrownBy(() -> services.forJob(properties("geminid.shuffle.service", "upd")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("geminid.shuffle.service=upd known=b,rdma,tcp");
        assertThatThrownBy(
                        () ->
                                services.forEdge(
                                        properties("geminid.shuffle.edge.clicks.service", "x"),
                                        "clicks"))
                .hasMessage("geminid.shuffle.edge.clicks.service=x known=b,rdma,tcp");
        assertThatThrownBy(() -> services.named("x"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("shuffleService=x known=b,rdma,tcp");
        assertThat(services.named("rdma").name()).isEqualTo("rdma");
    }

    @Test
    void twoOfOneNameAreRefused() {
        assertThatThrownBy(() -> ShuffleServices.of(List.of(new Named("a"), new Named("a"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("shuffleService=a is there twice");
    }

    @Test
    void findsWhatTheClassLoaderHas() {
        assertThat(ShuffleServices.load(getClass().getClassLoader()).names())
                .containsExactly("auto");
    }

    @Test
    void anEdgeNeedsAName() {
        assertThatThrownBy(() -> ShuffleServices.edgeKey("a b"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(ShuffleServices.edgeKey("a-b").name())
                .isEqualTo("geminid.shuffle.edge.a-b.service");
    }
}
