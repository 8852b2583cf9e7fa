/**
 * The bytes on the link: frames, their header, the handshake, versions and checksums.
 *
 * <p>Start at {@link io.geminid.shuffle.wire.FrameHeader}, which draws the layout that every
 * transport uses. {@link io.geminid.shuffle.wire.FrameType} lists what frames there are and who may
 * send them.
 *
 * <p>Imports nothing of ours. Little-endian throughout; sizes are in bytes.
 */
package io.geminid.shuffle.wire;
