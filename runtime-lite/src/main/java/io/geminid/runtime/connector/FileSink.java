package io.geminid.runtime.connector;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.SinkOperator;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.time.WatermarkStatus;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes each record as a line of text to {@code <prefix>-<subtask>.csv}. The file has its name
 * only once it is complete and on disk: until then it is hidden, and a task that does not finish
 * removes it.
 *
 * @param <T> type of the records; their {@code toString} is the line
 */
public final class FileSink<T> extends AbstractOperator<Void> implements SinkOperator<T> {

    private final String directory;
    private final String prefix;
    private Path file;
    private Path inProgress;
    private FileChannel channel;
    private Writer writer;

    /**
     * @param directory where to; must exist
     * @param prefix first part of the file's name
     */
    public FileSink(final String directory, final String prefix) {
        this.directory = directory;
        this.prefix = prefix;
    }

    @Override
    public void open(final OperatorContext context, final Output<Void> output) throws Exception {
        super.open(context, output);
        final String name = prefix + "-" + context.subtask().index() + ".csv";
        final Path parent = context.services().files().getPath(directory);
        file = parent.resolve(name);
        inProgress = parent.resolve("." + name + ".in-progress");
        channel =
                FileChannel.open(
                        inProgress,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
        writer =
                new BufferedWriter(
                        new OutputStreamWriter(
                                Channels.newOutputStream(channel), StandardCharsets.UTF_8));
    }

    @Override
    public void processElement(final T value, final long timestampMillis) throws IOException {
        try {
            writer.append(value.toString()).append('\n');
        } catch (final IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void processWatermark(final long watermark) {}

    @Override
    public void processWatermarkStatus(final WatermarkStatus status) {}

    @Override
    public void finish() throws IOException {
        try {
            writer.flush();
            channel.force(true);
            channel.close();
            Files.move(
                    inProgress,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            inProgress = null;
        } catch (final IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
        if (inProgress != null) {
            Files.deleteIfExists(inProgress);
        }
    }

    private IOException failure(final IOException e) {
        return new IOException("file=" + file + " cannot be written: " + e.getMessage(), e);
    }
}
