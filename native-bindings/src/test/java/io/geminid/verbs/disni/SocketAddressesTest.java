package io.geminid.verbs.disni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Socket addresses survive the way to C and back. */
class SocketAddressesTest {

    @ParameterizedTest
    @CsvSource({"10.77.0.1,7471", "0.0.0.0,0", "fd00:77::1,65535", "::1,256", "fe80::1%1,1"})
    void whatIsEncodedIsDecoded(String host, int port) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
        assertThat(SocketAddresses.decode(SocketAddresses.encode(address))).isEqualTo(address);
    }

    @Test
    void anUnresolvedAddressIsRefused() {
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
        assertThatThrownBy(() -> SocketAddresses.encode(nowhere))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
