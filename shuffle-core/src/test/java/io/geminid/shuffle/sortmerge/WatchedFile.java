package io.geminid.shuffle.sortmerge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.LongConsumer;

/** A file that tells when it is forced to the disk. */
final class WatchedFile extends WrittenFile {

    private final LongConsumer onForce;

    WatchedFile(final FileChannel file, final LongConsumer onForce) {
        super(file);
        this.onForce = onForce;
    }

    @Override
    public int write(final ByteBuffer from) throws IOException {
        return file().write(from);
    }

    @Override
    public void force(final boolean metaData) throws IOException {
        onForce.accept(file().size());
        super.force(metaData);
    }
}
