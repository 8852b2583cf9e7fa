package io.geminid.runtime.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.operator.RecordedOutput;
import io.geminid.runtime.operator.TestServices;
import io.geminid.runtime.operator.context.SubtaskInfo;
import io.geminid.runtime.time.ManualProcessingTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {

    @TempDir private Path directory;

    @Test
    void theFileIsThereOnceItIsComplete() throws Exception {
        final FileSink<Integer> sink = open();
        sink.processElement(1, 0);
        sink.processElement(2, 0);
        assertThat(directory.resolve("n-3.csv")).doesNotExist();
        sink.finish();
        sink.close();
        assertThat(directory.resolve("n-3.csv")).hasContent("1\n2");
        assertThat(files()).isEqualTo(1);
    }

    @Test
    void aTaskThatDoesNotFinishLeavesNothing() throws Exception {
        final FileSink<Integer> sink = open();
        sink.processElement(1, 0);
        sink.close();
        assertThat(files()).isZero();
    }

    @Test
    void aResultOfAnEarlierRunStaysUntilTheNewOneIsComplete() throws Exception {
        final Path file = Files.writeString(directory.resolve("n-3.csv"), "old");
        final FileSink<Integer> sink = open();
        sink.processElement(7, 0);
        assertThat(file).hasContent("old");
        sink.finish();
        assertThat(file).hasContent("7");
        sink.close();
    }

    /**
     * INV T3: whoever was given up, and does not know it, shows nothing behind the one that has.
     */
    @Test
    void anAttemptThatWasGivenUpHarmsNobody() throws Exception {
        final FileSink<Integer> old = open(0);
        old.processElement(1, 0);
        final FileSink<Integer> sink = open(1);
        sink.processElement(2, 0);
        old.processElement(3, 0);
        sink.finish();
        old.finish();
        old.close();
        assertThat(directory.resolve("n-3.csv")).hasContent("2");
        sink.close();
        assertThat(files()).isEqualTo(1);
    }

    private FileSink<Integer> open() throws Exception {
        return open(0);
    }

    private FileSink<Integer> open(final long nowMillis) throws Exception {
        final FileSink<Integer> sink = new FileSink<>(directory.toString(), "n");
        sink.open(
                TestServices.context(
                        new SubtaskInfo("sink", 3, 4, 128, 0),
                        null,
                        new ManualProcessingTime(nowMillis),
                        1),
                new RecordedOutput<>());
        return sink;
    }

    private long files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.count();
        }
    }
}
