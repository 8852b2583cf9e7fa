package io.geminid.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * One loan of a fixed piece of off-heap memory. Whoever holds it owns it, alone: it is handed over,
 * never shared, and the last holder closes it. Its content at the start of a loan is undefined.
 *
 * <p>Each loan is a new object, so that a second close and any use after close are found always,
 * even when the same memory has been lent again. Access is at absolute offsets, little-endian, from
 * 0 to {@link #capacity()}; every call is checked and throws {@link IndexOutOfBoundsException}
 * outside of that range or {@link IllegalStateException} after close.
 *
 * <p>One thread at a time may use it: hand it over through something that orders memory, such as a
 * queue. {@link #close} may be called by any thread that holds it.
 */
public final class Segment implements AutoCloseable {
    private static final int RETURNED = -1;
    private static final VarHandle LIMIT;

    static {
        try {
            LIMIT = MethodHandles.lookup().findVarHandle(Segment.class, "limit", int.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Written by the holder of both loans; read racily by reports, like the owner. */
    private LocalSegmentPool pool;

    private final Slot slot;
    private final ByteBuffer memory;
    private final int base;
    private final Throwable takenAt;

    /**
     * The capacity, or {@link #RETURNED}: then every access fails the one comparison in {@link
     * #check}.
     */
    private int limit;

    /**
     * Written by the holder; read racily by reports, which may see the owner before. Owners are
     * immutable.
     */
    private SegmentOwner owner;

    Segment(
            final LocalSegmentPool pool,
            final Slot slot,
            final SegmentOwner owner,
            final Throwable takenAt) {
        this.pool = pool;
        this.slot = slot;
        this.memory = slot.memory;
        this.base = slot.offset;
        this.limit = slot.capacity;
        this.owner = owner;
        this.takenAt = takenAt;
    }

    /**
     * Size of the segment; the same for all of a pool, and known after close as well.
     *
     * @return bytes
     */
    public int capacity() {
        return slot.capacity;
    }

    /**
     * Where the segment begins, for native code. Valid until close.
     *
     * @return address in this process
     */
    public long address() {
        check(0, 0);
        return slot.slab.address() + base;
    }

    /**
     * The registered block that the segment is part of.
     *
     * @return the slab
     */
    public Slab slab() {
        return slot.slab;
    }

    /**
     * Where the segment begins in its slab.
     *
     * @return bytes
     */
    public int slabOffset() {
        return base;
    }

    /**
     * Who holds the segment.
     *
     * @return the owner; after close the last one
     */
    public SegmentOwner owner() {
        return owner;
    }

    /**
     * Hands the segment over: called by the present holder right before it gives the segment to the
     * next.
     *
     * @param to the next owner
     * @throws IllegalStateException after close
     */
    public void owner(final SegmentOwner to) {
        check(0, 0);
        owner = Objects.requireNonNull(to, "owner");
    }

    /**
     * Reads one byte.
     *
     * @param offset from the segment's begin
     * @return the byte
     */
    public byte getByte(final int offset) {
        return memory.get(base + check(offset, Byte.BYTES));
    }

    /**
     * Writes one byte.
     *
     * @param offset from the segment's begin
     * @param value the byte
     */
    public void putByte(final int offset, final byte value) {
        memory.put(base + check(offset, Byte.BYTES), value);
    }

    /**
     * Reads two bytes.
     *
     * @param offset from the segment's begin, need not be aligned
     * @return little-endian
     */
    public short getShort(final int offset) {
        return memory.getShort(base + check(offset, Short.BYTES));
    }

    /**
     * Writes two bytes.
     *
     * @param offset from the segment's begin, need not be aligned
     * @param value little-endian
     */
    public void putShort(final int offset, final short value) {
        memory.putShort(base + check(offset, Short.BYTES), value);
    }

    /**
     * Reads four bytes.
     *
     * @param offset from the segment's begin, need not be aligned
     * @return little-endian
     */
    public int getInt(final int offset) {
        return memory.getInt(base + check(offset, Integer.BYTES));
    }

    /**
     * Writes four bytes.
     *
     * @param offset from the segment's begin, need not be aligned
     * @param value little-endian
     */
    public void putInt(final int offset, final int value) {
        memory.putInt(base + check(offset, Integer.BYTES), value);
    }

    /**
     * Reads eight bytes.
     *
     * @param offset from the segment's begin, need not be aligned
     * @return little-endian
     */
    public long getLong(final int offset) {
        return memory.getLong(base + check(offset, Long.BYTES));
    }

    /**
     * Writes eight bytes.
     *
     * @param offset from the segment's begin, need not be aligned
     * @param value little-endian
     */
    public void putLong(final int offset, final long value) {
        memory.putLong(base + check(offset, Long.BYTES), value);
    }

    /**
     * Copies out of the segment.
     *
     * @param offset from the segment's begin
     * @param target array to fill
     * @param targetOffset first index to fill
     * @param length bytes
     */
    public void getBytes(
            final int offset, final byte[] target, final int targetOffset, final int length) {
        memory.get(base + check(offset, length), target, targetOffset, length);
    }

    /**
     * Copies into the segment.
     *
     * @param offset from the segment's begin
     * @param source array to read
     * @param sourceOffset first index to read
     * @param length bytes
     */
    public void putBytes(
            final int offset, final byte[] source, final int sourceOffset, final int length) {
        memory.put(base + check(offset, length), source, sourceOffset, length);
    }

    /**
     * Copies out of the segment to the buffer's position, which moves on.
     *
     * @param offset from the segment's begin
     * @param target has room for {@code length}
     * @param length bytes
     */
    public void getBytes(final int offset, final ByteBuffer target, final int length) {
        check(offset, length);
        final int position = target.position();
        target.put(position, memory, base + offset, length).position(position + length);
    }

    /**
     * Copies into the segment from the buffer's position, which moves on.
     *
     * @param offset from the segment's begin
     * @param source has {@code length} remaining
     * @param length bytes
     */
    public void putBytes(final int offset, final ByteBuffer source, final int length) {
        check(offset, length);
        final int position = source.position();
        memory.put(base + offset, source, position, length);
        source.position(position + length);
    }

    /**
     * Copies to another segment, or within this one, where the ranges may overlap.
     *
     * @param offset from this segment's begin
     * @param target stays with its holder, who is the caller
     * @param targetOffset from the target's begin
     * @param length bytes
     */
    public void copyTo(
            final int offset, final Segment target, final int targetOffset, final int length) {
        check(offset, length);
        target.check(targetOffset, length);
        target.memory.put(target.base + targetOffset, memory, base + offset, length);
    }

    /**
     * The whole segment as a buffer, for absolute access only: all holders of this memory get the
     * same object, so its position, limit and order belong to nobody. Alive at the call is all that
     * is checked; do not keep it after close, and use {@link #slice} where a position is needed.
     *
     * @return direct, little-endian
     * @throws IllegalStateException after close
     */
    public ByteBuffer buffer() {
        check(0, 0);
        return slot.view();
    }

    /**
     * A part of the segment for I/O, with a position and limit of its own. It must not be used
     * after close: then its memory may hold another's data, and after the pool's close none at all.
     *
     * @param offset from the segment's begin
     * @param length bytes
     * @return a new direct buffer, little-endian
     */
    public ByteBuffer slice(final int offset, final int length) {
        return memory.slice(base + check(offset, length), length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Whether {@link #exchangeLoan} is possible.
     *
     * @param other any segment
     * @return true if both are of the same pool
     */
    public boolean isOfSamePool(final Segment other) {
        return pool.isOfSamePool(other.pool);
    }

    /**
     * Exchanges what two loans count as: afterwards this one belongs to the local pool and the
     * owner that the other one had, and the other way round. For who hands over a segment in place
     * of another, as a NIC does that fills the one at the head of its queue: no local pool lends
     * more or less than before. Both stay the caller's.
     *
     * @param other of the same pool
     * @throws IllegalStateException if one of them was closed
     * @throws IllegalArgumentException if they are of different pools
     */
    public void exchangeLoan(final Segment other) {
        check(0, 0);
        other.check(0, 0);
        if (!isOfSamePool(other)) {
            throw new IllegalArgumentException("different pools: " + this + " " + other);
        }
        final LocalSegmentPool otherPool = other.pool;
        final SegmentOwner otherOwner = other.owner;
        other.pool = pool;
        other.owner = owner;
        pool = otherPool;
        owner = otherOwner;
    }

    /**
     * Whether the segment is still on loan.
     *
     * @return false after close
     */
    public boolean isOpen() {
        return (int) LIMIT.getVolatile(this) != RETURNED;
    }

    /**
     * Gives the segment back to the local pool it was taken from. Any thread may call. Listeners
     * that wait for a segment run inside of this call, so hold no lock that a listener takes.
     *
     * @throws IllegalStateException when it was closed before; nothing happens then
     */
    @Override
    public void close() {
        if ((int) LIMIT.getAndSet(this, RETURNED) == RETURNED) {
            throw new IllegalStateException("closed twice: " + this);
        }
        pool.takeBack(this);
    }

    Slot slot() {
        return slot;
    }

    LocalSegmentPool pool() {
        return pool;
    }

    /** The stack that took it, or null below level stacks. */
    Throwable takenAt() {
        return takenAt;
    }

    private int check(final int offset, final int length) {
        final int end = limit;
        if ((offset | length) < 0 || offset > end - length) {
            throw refusal(offset, length, end);
        }
        return offset;
    }

    private RuntimeException refusal(final int offset, final int length, final int end) {
        return end == RETURNED
                ? new IllegalStateException("used after close: offset=" + offset + " " + this)
                : new IndexOutOfBoundsException(
                        "offset=" + offset + " length=" + length + " capacity=" + end + " " + this);
    }

    @Override
    public String toString() {
        return "segment{slab="
                + slot.slab.id()
                + " slabOffset="
                + base
                + " owner="
                + owner
                + " localPool="
                + pool.name()
                + "}";
    }
}
