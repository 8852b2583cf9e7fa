package io.geminid.state.checkpoint.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.testing.Seed;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What every blob store must do. Subclasses say only how to make an empty one. */
public abstract class BlobStoreContract {
    @RegisterExtension final Seed seed = new Seed();

    /** An empty store, the same one throughout a test. */
    protected abstract BlobStore blobs() throws IOException;

    private byte[] random(final int bytes) {
        final byte[] value = new byte[bytes];
        seed.random().nextBytes(value);
        return value;
    }

    private void write(final String name, final byte[] bytes) throws IOException {
        try (BlobOutput output = blobs().create(name)) {
            output.write(ByteBuffer.wrap(bytes));
            output.commit();
        }
    }

    private byte[] read(final String name, final long position, final int length)
            throws IOException {
        final ByteBuffer target = ByteBuffer.allocate(length);
        try (BlobInput input = blobs().open(name)) {
            input.read(position, target);
        }
        return target.array();
    }

    private List<String> names(final String prefix) throws IOException {
        return blobs().list(prefix).stream().map(BlobEntry::name).toList();
    }

    @Test
    void givesBackWhatWasCommittedFromAnyPosition() throws Exception {
        for (final int length : List.of(0, 1, 70_000, 20_000_000)) {
            final byte[] bytes = random(length);
            final String name = "a/b-" + length;
            write(name, bytes);
            try (BlobInput input = blobs().open(name)) {
                assertThat(input.length()).isEqualTo(length);
                for (int i = 0; i < 10; i++) {
                    final int from = seed.random().nextInt(length + 1);
                    final int count = Math.min(length - from, seed.random().nextInt(300_000));
                    final ByteBuffer target = ByteBuffer.allocate(count);
                    input.read(from, target);
                    assertThat(target.array())
                            .isEqualTo(Arrays.copyOfRange(bytes, from, from + count));
                }
            }
            assertThat(Arrays.equals(read(name, 0, length), bytes)).isTrue();
            assertThatThrownBy(() -> read(name, length, 1)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void showsNothingBeforeTheCommitAndNothingOfWhatWasGivenUp() throws Exception {
        final BlobOutput output = blobs().create("x/file");
        output.write(ByteBuffer.wrap(random(20_000_000)));
        assertThatThrownBy(() -> blobs().open("x/file")).isInstanceOf(NoSuchFileException.class);
        assertThat(blobs().list("")).allMatch(BlobEntry::unfinished);
        output.close();
        assertThat(blobs().list("")).isEmpty();
        output.close();
        assertThatThrownBy(output::commit).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void neverOverwrites() throws Exception {
        write("x/file", new byte[] {1});
        assertThatThrownBy(() -> write("x/file", new byte[] {2}))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(read("x/file", 0, 1)).containsExactly(1);
        assertThat(names("")).containsExactly("x/file");
        final byte[] large = random(20_000_000);
        assertThatThrownBy(() -> write("x/file", large))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(read("x/file", 0, 1)).containsExactly(1);
        assertThat(names("")).containsExactly("x/file");
    }

    @Test
    void listsByPrefixInOrderAndDeletes() throws Exception {
        for (final String name : List.of("b/2", "a/z/1", "b/10", "a/y", "ab/1")) {
            write(name, new byte[3]);
        }
        assertThat(names("")).containsExactly("a/y", "a/z/1", "ab/1", "b/10", "b/2");
        assertThat(names("a/")).containsExactly("a/y", "a/z/1");
        assertThat(names("nothing/")).isEmpty();
        assertThat(blobs().list("b/")).allMatch(entry -> entry.lengthBytes() == 3);
        assertThat(blobs().delete("a/z/1")).isTrue();
        assertThat(blobs().delete("a/z/1")).isFalse();
        assertThat(names("a/")).containsExactly("a/y");
        write("a/z/1", new byte[1]);
        assertThat(names("a/z/")).containsExactly("a/z/1");
    }

    @Test
    void deletesWhatAWriterLeftUnfinished() throws Exception {
        final BlobOutput dead = blobs().create("x/file");
        dead.write(ByteBuffer.wrap(random(20_000_000)));
        for (final BlobEntry entry : blobs().list("x/")) {
            assertThat(blobs().delete(entry.name())).isTrue();
        }
        assertThat(blobs().list("")).isEmpty();
        write("x/file", new byte[] {1});
    }

    @Test
    void refusesNamesThatLeadElsewhere() {
        for (final String name :
                List.of("", "/a", "a/", "../a", "a/../b", "a//b", ".a", "a/.b", "a b", "a.part")) {
            assertThatThrownBy(() -> blobs().create(name))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> blobs().list("a")).isInstanceOf(IllegalArgumentException.class);
    }
}
