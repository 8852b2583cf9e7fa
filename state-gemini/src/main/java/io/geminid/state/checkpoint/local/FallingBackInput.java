package io.geminid.state.checkpoint.local;

import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.format.StateFileReader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads the copy until it turns out damaged, and from then on the remote bytes. */
final class FallingBackInput implements StateInput {
    private final LocalRecoveryStorage storage;
    private final StateHandle handle;
    private final int blockBytes;

    /** Null from when it was found damaged. */
    private StateFileReader copy;

    /** Null as long as the copy does. */
    private StateInput remote;

    FallingBackInput(final LocalRecoveryStorage storage, final StateHandle handle)
            throws IOException {
        this.storage = storage;
        this.handle = handle;
        this.copy = storage.openCopy(handle);
        if (copy == null) {
            remote = storage.openRemote(handle);
            blockBytes = remote.blockBytes();
        } else {
            blockBytes = copy.blockBytes();
        }
    }

    @Override
    public long length() {
        return handle.length();
    }

    @Override
    public int blockBytes() {
        return blockBytes;
    }

    @Override
    public void read(final long position, final ByteBuffer target) throws IOException {
        final int wanted = target.remaining();
        if (copy != null) {
            final int from = target.position();
            try {
                copy.read(position, target);
                storage.readLocally(wanted);
                return;
            } catch (final IOException e) {
                target.position(from);
                fallBack();
            }
        }
        remote.read(position, target);
        storage.readRemotely(wanted);
    }

    private void fallBack() throws IOException {
        storage.fellBack(handle);
        final StateFileReader damaged = copy;
        copy = null;
        try (damaged) {
            remote = storage.openRemote(handle);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (copy != null) {
                copy.close();
            }
        } finally {
            if (remote != null) {
                remote.close();
            }
        }
    }
}
