/**
 * The bytes on the link: frames, their header, the handshake, versions and checksums.
 *
 * <p>Start at {@link io.geminid.shuffle.wire.FrameHeader}, which draws the layout that every
 * transport uses. {@link io.geminid.shuffle.wire.FrameType} lists what frames there are and who may
 * send them; {@link io.geminid.shuffle.wire.FrameCheck} is what every transport asks before it
 * believes a header; {@link io.geminid.shuffle.wire.Handshake} comes first on every connection.
 *
 * <p>Imports {@link io.geminid.shuffle.descriptor.ResultPartitionId} and nothing else of ours.
 * Little-endian throughout; sizes are in bytes.
 */
package io.geminid.shuffle.wire;
