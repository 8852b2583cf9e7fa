package io.geminid.state.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * What one subtask writes for one checkpoint: opened when the barrier arrives, closed when all is
 * durable or when the checkpoint is given up.
 *
 * <pre>{@code
 * try (StateOutput out = writer.open(StateScope.SHARED)) {
 *     out.write(records);
 *     long indexAt = out.position();
 *     out.write(index);
 *     handle = out.finish();
 * }
 * writer.commit().thenRun(() -> acknowledge(handle, indexAt));
 * }</pre>
 *
 * <p>Any thread; outputs may be open at the same time. Several subtasks of a process may end up in
 * one physical file.
 */
public interface SnapshotWriter extends Closeable {

    /**
     * Begins a range.
     *
     * @param scope whether later checkpoints may refer to it
     * @return to be finished or closed by the caller
     * @throws IOException when the storage is full or gone
     */
    StateOutput open(StateScope scope) throws IOException;

    /**
     * Makes everything that was finished durable. No output may be opened afterwards. A subtask
     * acknowledges a checkpoint only after this.
     *
     * @return completes when every handle can be read, after a power cut too; fails with the
     *     IOException. Completes on the calling thread or on one that wrote a shared file: do not
     *     block in what depends on it
     */
    CompletableFuture<Void> commit();

    /** Gives up what is not committed: nothing of it remains in the storage. */
    @Override
    void close() throws IOException;
}
