package io.geminid.shuffle.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.RealThreads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SegmentReferencesTest {

    private static final SegmentOwner OWNER = SegmentOwner.named("references-test");

    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private LocalSegmentPool pool;

    @BeforeEach
    void makePool() {
        pool = pools.pool(2).createLocalPool(LocalPoolContext.fixed("test", 2));
    }

    @Test
    void theLastReleaseGivesTheSegmentBack() {
        final SegmentReferences references =
                new SegmentReferences(pool.poll(OWNER), 2, Segment::close);
        references.retain();
        references.release();
        references.release();
        assertThat(pool.held()).isEqualTo(1);

        references.release();
        assertThat(pool.held()).isZero();
    }

    @Test
    void whatIsGoneCannotBeUsed() {
        final SegmentReferences references =
                new SegmentReferences(pool.poll(OWNER), 1, Segment::close);
        references.release();

        assertThatThrownBy(references::release).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(references::retain).isInstanceOf(IllegalStateException.class);
        assertThat(references.toString()).startsWith("references=0");
    }

    // INV K11
    @Test
    void manyThreadsGiveItBackOnce() {
        for (int round = 0; round < 300; round++) {
            final AtomicInteger freed = new AtomicInteger();
            final SegmentReferences references =
                    new SegmentReferences(
                            pool.poll(OWNER),
                            3,
                            segment -> {
                                freed.incrementAndGet();
                                segment.close();
                            });
            RealThreads.run(
                    3,
                    Duration.ofSeconds(30),
                    thread -> {
                        for (int i = 0; i < 100; i++) {
                            references.retain();
                            references.release();
                        }
                        references.release();
                    });
            assertThat(freed).hasValue(1);
        }
    }

    // INV U3: what is queued may be held by somebody else besides its reader.
    @Test
    void partsOfASegmentThatIsStillWrittenKeepItAlive() {
        final WrittenSegment written = new WrittenSegment(pool.poll(OWNER));
        written.memory().putInt(0, 17);
        written.soCommitted(4);
        final Buffer first = written.take();
        written.memory().putInt(4, 18);
        written.soCommitted(8);
        written.finish();
        written.releaseByWriter();
        final Buffer second = written.take().retain();

        assertThat(first.finished()).isFalse();
        assertThat(second.finished()).isTrue();
        assertThat(second.offset()).isEqualTo(4);
        assertThat(second.length()).isEqualTo(4);
        first.release();
        second.release();
        assertThat(second.memory().getInt(4)).isEqualTo(18);
        assertThat(pool.held()).isEqualTo(1);

        second.release();
        assertThat(pool.held()).isZero();
    }

    @Test
    void aSegmentDroppedUnreadIsBackWhenBothHaveLetGo() {
        final WrittenSegment written = new WrittenSegment(pool.poll(OWNER));
        written.releaseByQueue();
        assertThat(pool.held()).isEqualTo(1);

        written.releaseByWriter();
        assertThat(pool.held()).isZero();
    }
}
