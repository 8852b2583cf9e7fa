/**
 * Named, immutable sequences of bytes: all that a checkpoint storage needs from a disk or an object
 * store.
 *
 * <p>Start at {@link io.geminid.state.checkpoint.blob.BlobStore}; {@link
 * io.geminid.state.checkpoint.blob.DirectoryBlobStore} keeps blobs in a local directory, over a
 * {@link io.geminid.state.checkpoint.blob.Disk} that tests replace; {@link
 * io.geminid.state.checkpoint.blob.MemoryBlobStore} keeps them on the heap.
 *
 * <p>Imports nothing of ours. Sizes are in bytes.
 */
package io.geminid.state.checkpoint.blob;
