/**
 * Checkpoints in an S3-compatible object store.
 *
 * <p>Start at {@link io.geminid.state.checkpoint.s3.S3BlobStore}. The client is the AWS SDK, an
 * optional dependency of this module: who stores to S3 adds {@code software.amazon.awssdk:s3} and a
 * synchronous HTTP client of it, {@code url-connection-client} for instance.
 *
 * <p>Imports the blobs. Sizes are in bytes.
 */
package io.geminid.state.checkpoint.s3;
