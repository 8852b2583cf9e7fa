package io.geminid.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.serial.Serializers;
import org.junit.jupiter.api.Test;

/** What is recorded beside stored bytes. */
class StateDescriptorTest {

    @Test
    void schemasNameKindAndSerializers() {
        assertThat(StateDescriptor.value("a", Serializers.LONG).schema())
                .isEqualTo("value<int64@1>");
        assertThat(StateDescriptor.ofLong("a").schema()).isEqualTo("long");
        assertThat(StateDescriptor.list("a", Serializers.STRING).schema())
                .isEqualTo("list<utf8@1>");
        assertThat(StateDescriptor.map("a", Serializers.STRING, Serializers.LONG).schema())
                .isEqualTo("map<utf8@1,int64@1>");
        assertThat(StateDescriptor.reducing("a", Long::sum, Serializers.LONG).schema())
                .isEqualTo("reducing<int64@1>");
        assertThat(StateDescriptor.aggregating("a", new Sum(), Serializers.LONG).schema())
                .isEqualTo("aggregating<int64@1>");
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> StateDescriptor.ofLong("")).hasMessageContaining("state=");
        assertThatThrownBy(() -> StateDescriptor.ofLong("a").withTtlMillis(-1))
                .hasMessageContaining("ttlMillis=-1");
        assertThatThrownBy(() -> new KeyGroupRange(3, 1)).hasMessageContaining("first=3");
        assertThatThrownBy(
                        () ->
                                new StateStoreContext<>(
                                        "a", Serializers.LONG, new KeyGroupRange(0, 8), 8, null))
                .hasMessageContaining("maxParallelism=8");
    }
}
