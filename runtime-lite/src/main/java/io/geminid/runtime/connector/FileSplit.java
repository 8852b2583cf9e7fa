package io.geminid.runtime.connector;

/**
 * A share of a file: every {@code step}-th chunk, from {@code firstChunk} on. Subtasks that take
 * chunks in turn advance through the file together, so their event times stay close and little has
 * to be kept until the slowest has caught up.
 *
 * @param path of the file
 * @param file index of the file in the source's list
 * @param firstChunk number of the first chunk
 * @param step from one chunk to the next
 */
public record FileSplit(String path, int file, int firstChunk, int step) {}
