package io.geminid.runtime.task.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Order of mails, and who is woken. */
class MailboxTest {

    private final List<String> log = new ArrayList<>();
    private int wakes;
    private final Mailbox mailbox = new Mailbox(() -> wakes++);

    @Test
    void mailsRunInOrderAndPriorityMailsFirst() throws Exception {
        mailbox.execute(() -> log.add("one"));
        mailbox.put(() -> log.add("two"));
        mailbox.putPriority(() -> log.add("urgent"));
        assertThat(wakes).isEqualTo(3);
        assertThat(mailbox.hasPriorityMail()).isTrue();

        assertThat(mailbox.runMails()).isTrue();

        assertThat(log).containsExactly("urgent", "one", "two");
        assertThat(mailbox.hasPriorityMail()).isFalse();
        assertThat(mailbox.runMails()).isFalse();
    }

    @Test
    void aPriorityMailThatComesMeanwhileGoesBeforeTheNextMail() throws Exception {
        mailbox.put(() -> mailbox.putPriority(() -> log.add("urgent")));
        mailbox.put(() -> log.add("two"));

        mailbox.runMails();

        assertThat(log).containsExactly("urgent", "two");
    }

    @Test
    void mailsThatMakeMailsLetRecordsHaveTheirTurn() throws Exception {
        mailbox.put(new Forever());

        assertThat(mailbox.runMails()).isTrue();

        assertThat(log).hasSizeLessThan(1_000).isNotEmpty();
    }

    private final class Forever implements Mailbox.Mail {
        @Override
        public void run() {
            log.add("again");
            mailbox.put(this);
        }
    }

    @Test
    void whatAMailThrowsComesOut() {
        mailbox.put(
                () -> {
                    throw new IOException("made by a test");
                });

        assertThatThrownBy(mailbox::runMails).isInstanceOf(IOException.class);
    }
}
