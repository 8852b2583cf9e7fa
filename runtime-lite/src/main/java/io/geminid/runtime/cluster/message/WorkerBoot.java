package io.geminid.runtime.cluster.message;

import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * What a worker process must know before it can connect. Written to its standard input, which other
 * users cannot read, as they can arguments.
 *
 * @param worker its index
 * @param coordinator where the coordinator listens
 * @param token secret of the cluster
 * @param slots how many slots it offers
 * @param properties the {@code geminid.*} entries, checked
 */
public record WorkerBoot(
        int worker,
        InetSocketAddress coordinator,
        ControlToken token,
        int slots,
        Map<String, String> properties) {

    /** Index of a process that is not a worker yet: it is told another one later. */
    public static final int STANDS_BY = 1 << 20;

    /** More than any configuration needs. */
    private static final int LENGTH_MAX = 1 << 20;

    /** Copies the entries. */
    public WorkerBoot {
        properties = Map.copyOf(properties);
    }

    /**
     * The same for another worker.
     *
     * @param index of the worker
     * @param entries of its own, which come before the others
     * @return a changed copy
     */
    public WorkerBoot withWorker(final int index, final Map<String, String> entries) {
        final Map<String, String> all = new HashMap<>(properties);
        all.putAll(entries);
        return new WorkerBoot(index, coordinator, token, slots, all);
    }

    /**
     * @return whether another one follows, of the worker that the process becomes
     */
    public boolean standsBy() {
        return worker == STANDS_BY;
    }

    /**
     * Writes length and fields.
     *
     * @param stream flushed, not closed
     * @throws IOException if the process is gone
     */
    public void writeTo(final OutputStream stream) throws IOException {
        final RecordOutput out = new RecordOutput();
        out.putInt(worker);
        Fields.writeAddress(coordinator, out);
        token.write(out);
        out.putInt(slots);
        Fields.writeMap(properties, (value, to) -> to.putUtf8(value), out);
        final byte[] bytes = new byte[out.length()];
        out.scratch().get(bytes);
        final DataOutputStream data = new DataOutputStream(stream);
        data.writeInt(bytes.length);
        data.write(bytes);
        data.flush();
    }

    /**
     * Reads what {@link #writeTo} wrote.
     *
     * @param stream what follows stays unread
     * @return the boot record
     * @throws IOException if the stream ends too early
     * @throws RecordFormatException if it holds something else
     */
    public static WorkerBoot readFrom(final InputStream stream) throws IOException {
        final DataInputStream data = new DataInputStream(stream);
        final int length = data.readInt();
        if (length < 0 || length > LENGTH_MAX) {
            throw new RecordFormatException("bootBytes=" + length + " max=" + LENGTH_MAX);
        }
        final byte[] bytes = data.readNBytes(length);
        if (bytes.length != length) {
            throw new EOFException("bootBytes=" + bytes.length + " expected=" + length);
        }
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        final RecordInput in = new RecordInput().wrap(buffer, 0, length);
        return new WorkerBoot(
                Fields.readCount(in),
                Fields.readAddress(in),
                ControlToken.read(in),
                Fields.readCount(in),
                Fields.readMap(RecordInput::getUtf8, in));
    }
}
