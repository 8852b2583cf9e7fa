/**
 * Version 1 of the files of a checkpoint: blocks with checksums between a header and a footer.
 *
 * <p>Start at {@link io.geminid.state.checkpoint.format.StateFileLayout}, where the bytes are
 * drawn; {@link io.geminid.state.checkpoint.format.StateFileWriter} writes such a file into a blob,
 * {@link io.geminid.state.checkpoint.format.StateFileReader} reads ranges of it and checks every
 * block it touches.
 *
 * <p>Imports the blobs and the exception of the package above. Little-endian; sizes and offsets are
 * in bytes.
 */
package io.geminid.state.checkpoint.format;
