package io.geminid.runtime.connector;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.BlockingPart;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.SinkOperator;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.context.RestoredOperator;
import io.geminid.runtime.time.WatermarkStatus;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes each record as a line of text to files that appear only once they are complete and on
 * disk.
 *
 * <p>Without checkpoints there is one file for a subtask, {@code <prefix>-<subtask>.csv}, which
 * appears at the end. With checkpoints there is one for each checkpoint with new records, {@code
 * <prefix>-<subtask>-<number>.csv}, which appears when that checkpoint can be restored: a
 * transaction in two phases. What a failure left behind without a completed checkpoint is removed;
 * what a completed checkpoint promised appears, however often that is tried (INV T1 to T4).
 *
 * @param <T> type of the records; their {@code toString} is the line
 */
public final class FileSink<T> extends AbstractOperator<Void> implements SinkOperator<T> {

    private final String directory;
    private final String prefix;
    private final List<Promised> promised = new ArrayList<>();

    /** Complete files that may not be on disk yet; another thread takes them off. */
    private final Queue<PartFile> unforced = new ConcurrentLinkedQueue<>();

    private Path parent;
    private String name;
    private String attempt;
    private boolean inTransactions;
    private PartFile open;
    private long nextPart;

    /** Whether names were given that may not be on disk yet. */
    private final AtomicBoolean renamed = new AtomicBoolean();

    /**
     * @param directory where to; must exist
     * @param prefix first part of the file's name
     */
    public FileSink(final String directory, final String prefix) {
        this.directory = directory;
        this.prefix = prefix;
    }

    /** A complete file that appears with a checkpoint, or a later one. */
    private record Promised(long checkpoint, String hidden, String shown) {}

    @Override
    public void open(final OperatorContext context, final Output<Void> output) throws Exception {
        super.open(context, output);
        parent = context.services().files().getPath(directory);
        name = prefix + "-" + context.subtask().index();
        // Attempts are counted anew when a job is submitted again, and an old one may still run.
        final long nowMillis = context.services().processingTime().currentTimeMillis();
        attempt = "-" + context.subtask().attempt() + "-" + nowMillis + ".in-progress";
        inTransactions = context.services().isCheckpointed();
        if (!inTransactions) {
            removeOthers(List.of());
            startPart();
        } else {
            final List<String> kept = new ArrayList<>();
            if (context.restored() != null) {
                restore(context.restored(), kept);
            }
            removeOthers(kept);
        }
    }

    private void restore(final RestoredOperator restored, final List<String> kept)
            throws IOException {
        for (final int subtask : restored.states().keySet()) {
            final RecordInput in = restored.of(subtask);
            if (in == null) {
                continue;
            }
            nextPart = Math.max(nextPart, in.getLong());
            for (int i = in.getInt(); i > 0; i--) {
                final Promised file = new Promised(in.getLong(), in.getUtf8(), in.getUtf8());
                kept.add(file.hidden);
                if (isOurs(subtask)) {
                    show(file);
                }
            }
        }
    }

    /**
     * What earlier attempts wrote and nobody promised never appears (INV T3). Those of subtasks
     * that are no more are removed by the one that shows what they promised.
     */
    private void removeOthers(final List<String> kept) throws IOException {
        final Pattern ours =
                Pattern.compile(
                        "\\."
                                + Pattern.quote(prefix)
                                + "-(\\d{1,9})(?:-\\d+)?\\.csv-.+\\.in-progress");
        try (DirectoryStream<Path> left =
                Files.newDirectoryStream(parent, "." + prefix + "-*.in-progress")) {
            for (final Path file : left) {
                final Matcher named = ours.matcher(file.getFileName().toString());
                if (named.matches()
                        && isOurs(Integer.parseInt(named.group(1)))
                        && !kept.contains(named.group())) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Whether this subtask sees to what another one of before has left. */
    private boolean isOurs(final int subtask) {
        return subtask % context().subtask().parallelism() == context().subtask().index();
    }

    private void startPart() throws IOException {
        final String shown = inTransactions ? name + "-" + nextPart + ".csv" : name + ".csv";
        final String hidden = "." + shown + attempt;
        nextPart++;
        open = new PartFile(parent, hidden, shown);
    }

    @Override
    public void processElement(final T value, final long timestampMillis) throws IOException {
        if (open == null) {
            startPart();
        }
        open.write(value.toString());
    }

    @Override
    public void processWatermark(final long watermark) {}

    @Override
    public void processWatermarkStatus(final WatermarkStatus status) {}

    @Override
    public void snapshot(final long checkpoint, final RecordOutput out) throws IOException {
        if (open != null) {
            open.complete();
            unforced.add(open);
            promised.add(new Promised(checkpoint, open.hidden(), open.shown()));
            open = null;
        }
        out.putLong(nextPart);
        out.putInt(promised.size());
        for (final Promised file : promised) {
            out.putLong(file.checkpoint);
            out.putUtf8(file.hidden);
            out.putUtf8(file.shown);
        }
    }

    /** A file that is promised is on disk, and its name too; so are the names given before. */
    @Override
    public BlockingPart blockingPart() {
        return unforced.isEmpty() && !renamed.get() ? null : this::force;
    }

    private void force() throws IOException {
        // Of an earlier checkpoint too, whose own turn may have failed.
        for (final PartFile file : unforced) {
            file.force();
            unforced.remove(file);
        }
        forceNames();
    }

    private void forceNames() throws IOException {
        renamed.set(false);
        try {
            PartFile.forceNames(parent);
        } catch (final IOException e) {
            renamed.set(true);
            throw e;
        }
    }

    @Override
    public void onCheckpointComplete(final long checkpoint) throws IOException {
        final Iterator<Promised> each = promised.iterator();
        while (each.hasNext()) {
            final Promised file = each.next();
            if (file.checkpoint <= checkpoint) {
                show(file);
                each.remove();
            }
        }
    }

    private void show(final Promised file) throws IOException {
        PartFile.show(parent, file.hidden, file.shown);
        renamed.set(true);
    }

    @Override
    public void finish() throws IOException {
        if (!inTransactions) {
            open.complete();
            open.force();
            PartFile.show(parent, open.hidden(), open.shown());
            renamed.set(true);
            open = null;
        }
    }

    @Override
    public void close() throws IOException {
        if (open != null) {
            open.discard();
        }
        for (final PartFile file : unforced) {
            file.close();
        }
        if (renamed.get()) {
            forceNames(); // INV T4
        }
    }
}
