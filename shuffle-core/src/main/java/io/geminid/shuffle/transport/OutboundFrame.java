package io.geminid.shuffle.transport;

import io.geminid.shuffle.wire.FrameType;
import java.nio.ByteBuffer;

/**
 * The next frame to send, filled in by {@link FrameHandler#pull}. One instance a connection, reused
 * for every frame; used on the connection's thread only.
 *
 * <p>The payload is up to {@link #SLICES_MAX} slices. They stay their owner's and must not change
 * until the {@link SendCompletion}.
 *
 * <ul>
 *   <li>Slices of {@link FrameType#DATA} are direct memory, in registered slabs where there are
 *       any, and are sent without a copy.
 *   <li>Slices of all other frames may be any memory, the heap too, {@link
 *       io.geminid.shuffle.wire.FrameHeader#CONTROL_BYTES_MAX} bytes at most together. The
 *       transport copies them before it asks for the next frame, so one small buffer may be used
 *       for all of them.
 * </ul>
 */
public final class OutboundFrame {

    /**
     * Slices a frame: what every NIC can gather, and what a composite buffer of an engine needs.
     */
    public static final int SLICES_MAX = 16;

    private final ByteBuffer[] memory = new ByteBuffer[SLICES_MAX];
    private final int[] offset = new int[SLICES_MAX];
    private final int[] length = new int[SLICES_MAX];
    private long number;
    private FrameType type;
    private int channel;
    private int sequence;
    private int backlog;
    private int flags;
    private long value;
    private int sliceCount;
    private int payloadBytes;
    private SendCompletion completion;

    /**
     * Prepares for another frame. Called by the transport.
     *
     * @param nextNumber the number of the frame in this connection, from 1 on
     */
    public void clear(final long nextNumber) {
        for (int i = 0; i < sliceCount; i++) {
            memory[i] = null;
        }
        number = nextNumber;
        type = null;
        channel = 0;
        sequence = 0;
        backlog = 0;
        flags = 0;
        value = 0;
        sliceCount = 0;
        payloadBytes = 0;
        completion = null;
    }

    /**
     * Sets what the frame is.
     *
     * @param frameType what it means
     * @param channelId which channel it belongs to
     * @return this
     */
    public OutboundFrame set(final FrameType frameType, final int channelId) {
        type = frameType;
        channel = channelId;
        return this;
    }

    /**
     * @param channelSequence the number of the frame within its channel and direction
     * @return this
     */
    public OutboundFrame sequence(final int channelSequence) {
        sequence = channelSequence;
        return this;
    }

    /**
     * @param finishedSegments data segments that wait behind this frame in the channel
     * @return this
     */
    public OutboundFrame backlog(final int finishedSegments) {
        backlog = finishedSegments;
        return this;
    }

    /**
     * @param bits see {@link io.geminid.shuffle.wire.FrameHeader}
     * @return this
     */
    public OutboundFrame flags(final int bits) {
        flags = bits;
        return this;
    }

    /**
     * @param typeValue eight bytes whose meaning depends on the type
     * @return this
     */
    public OutboundFrame value(final long typeValue) {
        value = typeValue;
        return this;
    }

    /**
     * Adds memory to the payload.
     *
     * @param source see the class comment; addressed absolutely, its position, limit and order are
     *     not looked at
     * @param from first byte
     * @param lengthBytes how many
     * @return this
     */
    public OutboundFrame slice(final ByteBuffer source, final int from, final int lengthBytes) {
        assert source.isDirect() || type != FrameType.DATA;
        assert from >= 0 && lengthBytes >= 0 && from <= source.capacity() - lengthBytes;
        memory[sliceCount] = source;
        offset[sliceCount] = from;
        length[sliceCount] = lengthBytes;
        sliceCount++;
        payloadBytes += lengthBytes;
        return this;
    }

    /**
     * @param onCompletion told when the memory of the slices is free again; may be absent
     * @return this
     */
    public OutboundFrame completion(final SendCompletion onCompletion) {
        completion = onCompletion;
        return this;
    }

    /**
     * Replaces the payload by one slice, where it was copied to, and drops the completion.
     *
     * @param source addressed from 0 on
     * @param lengthBytes how many
     * @return this
     */
    public OutboundFrame onlySlice(final ByteBuffer source, final int lengthBytes) {
        for (int i = 0; i < sliceCount; i++) {
            memory[i] = null;
        }
        sliceCount = 0;
        payloadBytes = 0;
        completion = null;
        return lengthBytes == 0 ? this : slice(source, 0, lengthBytes);
    }

    /**
     * Takes all of another frame but its number and its completion; its slices are shared.
     *
     * @param other filled in
     * @return this
     */
    public OutboundFrame sameAs(final OutboundFrame other) {
        set(other.type, other.channel);
        sequence = other.sequence;
        backlog = other.backlog;
        flags = other.flags;
        value = other.value;
        for (int i = 0; i < other.sliceCount; i++) {
            slice(other.memory[i], other.offset[i], other.length[i]);
        }
        return this;
    }

    /**
     * @return the number of the frame in this connection
     */
    public long number() {
        return number;
    }

    /**
     * @return what the frame means; {@code null} if it was not filled
     */
    public FrameType type() {
        return type;
    }

    /**
     * @return the channel
     */
    public int channel() {
        return channel;
    }

    /**
     * @return the number within the channel
     */
    public int sequence() {
        return sequence;
    }

    /**
     * @return data segments waiting behind
     */
    public int backlog() {
        return backlog;
    }

    /**
     * @return flag bits
     */
    public int flags() {
        return flags;
    }

    /**
     * @return the value that goes with the type
     */
    public long value() {
        return value;
    }

    /**
     * @return how many slices the payload has
     */
    public int sliceCount() {
        return sliceCount;
    }

    /**
     * @param index of a slice
     * @return its memory
     */
    public ByteBuffer sliceMemory(final int index) {
        return memory[index];
    }

    /**
     * @param index of a slice
     * @return its first byte in {@link #sliceMemory}
     */
    public int sliceOffset(final int index) {
        return offset[index];
    }

    /**
     * @param index of a slice
     * @return its bytes
     */
    public int sliceLength(final int index) {
        return length[index];
    }

    /**
     * @return bytes of all slices
     */
    public int payloadBytes() {
        return payloadBytes;
    }

    /**
     * @return who wants to be told, or {@code null}
     */
    public SendCompletion completion() {
        return completion;
    }
}
