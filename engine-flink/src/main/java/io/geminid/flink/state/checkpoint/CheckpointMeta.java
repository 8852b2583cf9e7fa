package io.geminid.flink.state.checkpoint;

import io.geminid.state.checkpoint.manifest.ManifestCodec;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import java.io.IOException;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.state.KeyedBackendSerializationProxy;

/**
 * The meta data of a checkpoint, in a file of its own.
 *
 * <pre>
 * magic (8) | version (4) | Flink's meta data of keys and states | bytes (4) | what is in which file | timers
 * </pre>
 *
 * @param <K> type of the keys
 * @param states Flink's meta data
 * @param parts what the store wants back
 */
record CheckpointMeta<K>(KeyedBackendSerializationProxy<K> states, List<StatePart> parts) {

    /** "GEMINI" and two bytes that no text has. */
    private static final long MAGIC = 0x47454D494E490D0AL;

    private static final int VERSION = 1;

    /** Writes all but the timers, which follow. */
    void write(final DataOutputView out) throws IOException {
        out.writeLong(MAGIC);
        out.writeInt(VERSION);
        states.write(out);
        final byte[] encoded = ManifestCodec.encode(new SubtaskSnapshot(0, parts));
        out.writeInt(encoded.length);
        out.write(encoded);
    }

    /** Reads all but the timers, which follow. */
    static <K> CheckpointMeta<K> read(final DataInputView in, final ClassLoader userCode)
            throws IOException {
        final long magic = in.readLong();
        if (magic != MAGIC) {
            throw new IOException(
                    "this checkpoint was not written by Gemini's state backend (magic=0x"
                            + Long.toHexString(magic)
                            + "): to go from another backend to Gemini, take a savepoint in canonical"
                            + " format with that backend, and start from it");
        }
        final int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("version=" + version + " readable=" + VERSION);
        }
        final KeyedBackendSerializationProxy<K> states =
                new KeyedBackendSerializationProxy<>(userCode);
        states.read(in);
        final byte[] encoded = new byte[in.readInt()];
        in.readFully(encoded);
        return new CheckpointMeta<>(states, ManifestCodec.decodeSubtask(encoded).parts());
    }
}
