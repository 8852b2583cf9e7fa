package io.geminid.perf.blocking.exchange;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** No exchange at all: as many bytes, written and read one after the other. */
public final class DiskExchange implements Exchange {

    private static final int CALL_BYTES = 1 << 20;

    private final ExchangePlan plan;

    private DiskExchange(final ExchangePlan plan) {
        this.plan = plan;
    }

    /**
     * Serves.
     *
     * @param arguments the plan
     * @throws Exception ends the child
     */
    public static void main(final String[] arguments) throws Exception {
        final ExchangePlan plan = ExchangePlan.parse(arguments);
        ExchangeChild.serve(plan, new DiskExchange(plan));
    }

    private Path file(final int task) {
        return plan.directory().resolve("task-" + task);
    }

    @Override
    public void write() throws Exception {
        Tasks.run(plan.tasks(), this::write);
    }

    private Tally write(final int task) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocateDirect(CALL_BYTES);
        final byte[] text = new Records(plan, task).text();
        bytes.put(text, 0, CALL_BYTES);
        try (FileChannel file =
                FileChannel.open(
                        file(task), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long left = plan.bytes() / plan.tasks();
            while (left > 0) {
                bytes.clear().limit((int) Math.min(left, CALL_BYTES));
                left -= file.write(bytes);
            }
            if (plan.durable()) {
                file.force(true);
            }
        }
        return Tally.EMPTY;
    }

    /** What was read is not looked at: only bytes are counted. */
    @Override
    public Tally read() throws Exception {
        final Tally read = Tasks.run(plan.tasks(), this::read);
        final Tally expected = plan.expected();
        return new Tally(expected.records(), expected.numbers(), read.bytes(), 0);
    }

    private Tally read(final int task) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocateDirect(CALL_BYTES);
        long total = 0;
        try (FileChannel file = FileChannel.open(file(task), StandardOpenOption.READ)) {
            int read = file.read(bytes);
            while (read >= 0) {
                total += read;
                read = file.read(bytes.clear());
            }
        }
        return new Tally(0, 0, total, 0);
    }

    @Override
    public void clear() throws IOException {
        for (int task = 0; task < plan.tasks(); task++) {
            Files.deleteIfExists(file(task));
        }
    }

    @Override
    public void close() throws IOException {
        clear();
    }
}
