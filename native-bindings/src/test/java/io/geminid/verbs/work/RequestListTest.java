package io.geminid.verbs.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Lists of requests know their limits, and chain what they hold. */
class RequestListTest {

    @Test
    void requestsAreChainedAndTheLastOneEnds() {
        SendList list = new SendList(3, 2);
        list.send(1, 0).slice(4096, 10, 7).slice(8192, 20, 8);
        list.send(2, SendList.SIGNALED);
        assertThat(list.size()).isEqualTo(2);
        assertThat(list.memory().getLong(RequestLayout.NEXT)).isEqualTo(list.address(1));
        assertThat(list.memory().getLong(RequestLayout.SEND_BYTES + RequestLayout.NEXT)).isZero();
        assertThat(list.sliceCount(0)).isEqualTo(2);
        assertThat(list.sliceCount(1)).isZero();

        list.clear();
        list.send(3, 0);
        assertThat(list.memory().getLong(RequestLayout.NEXT)).isZero();
        assertThat(list.sliceCount(0)).isZero();
    }

    @Test
    void theLastSendCanBeMarkedLater() {
        SendList list = new SendList(2, 1);
        assertThatThrownBy(list::signaled).isInstanceOf(IllegalStateException.class);
        list.send(1, SendList.INLINE);
        list.send(2, SendList.INLINE).signaled();
        assertThat(list.memory().getInt(RequestLayout.FLAGS)).isEqualTo(SendList.INLINE);
        assertThat(list.memory().getInt(RequestLayout.SEND_BYTES + RequestLayout.FLAGS))
                .isEqualTo(SendList.INLINE | SendList.SIGNALED);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        ReceiveList list = new ReceiveList(1, 1);
        assertThatThrownBy(() -> list.slice(1, 1, 1)).isInstanceOf(IllegalStateException.class);
        list.receive(1).slice(1, 1, 1);
        assertThat(list.isFull()).isTrue();
        assertThatThrownBy(() -> list.slice(1, 1, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> list.receive(2)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> list.address(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new SendList(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Completions(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Completions(4).id(0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
