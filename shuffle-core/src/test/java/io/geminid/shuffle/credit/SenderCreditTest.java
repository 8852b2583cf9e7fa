package io.geminid.shuffle.credit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SenderCreditTest {

    private static final int WINDOW = 8;

    @RegisterExtension final Seed seed = new Seed();

    // INV K1
    @Test
    void neverSendsMoreThanWasGrantedWhateverThePeerSays() {
        new PropertyRunner(seed, 300, 400)
                .check(
                        (random, size) -> {
                            final SenderCredit credit = new SenderCredit(2, WINDOW);
                            long granted = 2;
                            long used = 0;
                            for (int i = 0; i < size; i++) {
                                final long total =
                                        random.nextInt(20) == 0
                                                ? random.nextLong()
                                                : granted + random.nextInt(7) - 2;
                                final boolean fits = total >= used && total - used <= WINDOW;
                                final boolean resume = random.nextInt(4) == 0;
                                if (credit.available() && random.nextBoolean()) {
                                    credit.use();
                                    used++;
                                } else if (fits && (resume || total >= granted)) {
                                    take(credit, resume, total);
                                    granted = total;
                                } else {
                                    assertThatThrownBy(() -> take(credit, resume, total))
                                            .isInstanceOf(TransportException.class)
                                            .extracting("reason")
                                            .isEqualTo(Reason.BAD_CREDIT);
                                }
                                assertThat(credit.available()).isEqualTo(used < granted);
                                assertThat(credit.used()).isEqualTo(used);
                                assertThat(credit.granted()).isEqualTo(granted);
                            }
                        });
    }

    private static void take(final SenderCredit credit, final boolean resume, final long total)
            throws TransportException {
        if (resume) {
            credit.resumeTotal(total);
        } else {
            credit.grantTotal(total);
        }
    }

    @Test
    void refusesToPayWithoutCredit() {
        final SenderCredit credit = new SenderCredit(1, WINDOW);
        credit.use();

        assertThatThrownBy(credit::use)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("used=1 granted=1");
    }

    @Test
    void aRepeatedGrantChangesNothing() throws TransportException {
        final SenderCredit credit = new SenderCredit(0, WINDOW);
        credit.grantTotal(3);
        credit.grantTotal(3);

        assertThat(credit.granted()).isEqualTo(3);
    }

    // INV K5
    @Test
    void aResumptionVoidsWhatWasOpen() throws TransportException {
        final SenderCredit credit = new SenderCredit(5, WINDOW);
        credit.use();
        credit.resumeTotal(1);

        assertThat(credit.available()).isFalse();
    }

    @Test
    void totalsNearTheLargestLongDoNotOverflow() {
        final SenderCredit credit = new SenderCredit(0, WINDOW);

        assertThatThrownBy(() -> credit.grantTotal(Long.MAX_VALUE))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("windowMax=8");
        assertThatThrownBy(() -> credit.resumeTotal(Long.MIN_VALUE))
                .isInstanceOf(TransportException.class);
        assertThat(credit.available()).isFalse();
    }
}
