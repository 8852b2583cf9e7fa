package io.geminid.state.checkpoint.blob;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The file system calls that durable files need, one method for each, so that tests can stop
 * between any two of them, run out of space, or lose what was not forced.
 */
public interface Disk {

    /** An open file. */
    interface DiskFile extends Closeable {

        /**
         * Appends bytes.
         *
         * @param source its remaining bytes are consumed
         * @throws IOException when the disk is full or fails
         */
        void write(ByteBuffer source) throws IOException;

        /**
         * Forces what was written to the device.
         *
         * @throws IOException when it is unknown what reached the device
         */
        void force() throws IOException;

        /**
         * Reads as many bytes as the file has, at most the target's remaining ones.
         *
         * @param position in the file
         * @param target receives the bytes
         * @throws IOException when the disk fails
         */
        void read(long position, ByteBuffer target) throws IOException;

        /**
         * Length of the file.
         *
         * @return bytes
         * @throws IOException when the disk fails
         */
        long length() throws IOException;
    }

    /**
     * Makes a file that is not there yet, and its directories.
     *
     * @param path of the file
     * @return open for appending
     * @throws IOException when it is there, or cannot be made
     */
    DiskFile create(Path path) throws IOException;

    /**
     * Opens a file.
     *
     * @param path of the file
     * @return open for reading
     * @throws IOException when it is not there, or cannot be read
     */
    DiskFile open(Path path) throws IOException;

    /**
     * Gives a file another name, which must not be taken.
     *
     * @param from the name it has
     * @param to the name it gets
     * @throws IOException when the new name is taken
     */
    void rename(Path from, Path to) throws IOException;

    /**
     * Deletes a file.
     *
     * @param path of the file
     * @return false when there was none
     * @throws IOException when it cannot be deleted
     */
    boolean delete(Path path) throws IOException;

    /**
     * Deletes a directory if it is empty.
     *
     * @param path of the directory
     * @return true when it is gone by this call
     * @throws IOException when the disk fails
     */
    boolean deleteIfEmpty(Path path) throws IOException;

    /**
     * Forces the entries of a directory to the device.
     *
     * @param path of the directory
     * @throws IOException when it is unknown what reached the device
     */
    void forceDirectory(Path path) throws IOException;

    /**
     * All files under a directory, at any depth.
     *
     * @param path of the directory; one that is not there has no files
     * @return in any order
     * @throws IOException when the disk fails
     */
    List<Entry> walk(Path path) throws IOException;

    /**
     * A file found.
     *
     * @param path of the file
     * @param lengthBytes its length
     * @param modifiedMillis when it was written last, since the epoch
     */
    record Entry(Path path, long lengthBytes, long modifiedMillis) {}
}
