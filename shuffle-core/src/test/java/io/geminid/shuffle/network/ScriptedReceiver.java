package io.geminid.shuffle.network;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An input channel that a test looks at. Keeps what came, and notices what must not happen: more
 * data than was granted, a gap in the numbers, calls after an error. Called by the connection's
 * thread and by the test's.
 */
final class ScriptedReceiver implements ChannelReceiver {

    private static final SegmentOwner OWNER = SegmentOwner.named("test-channel");

    private final LocalSegmentPool pool;
    private final boolean grantsAgain;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<String> events = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private RemoteChannel channel;
    private long granted;
    private long asked;
    private long dataFrames;
    private int expected;
    private int backlog;
    private boolean released;
    private IOException error;

    /**
     * @param pool where segments come from
     * @param initialCredit as told to the network
     * @param grantsAgain whether each element that came is dealt with at once, and granted again
     */
    ScriptedReceiver(
            final LocalSegmentPool pool, final int initialCredit, final boolean grantsAgain) {
        this.pool = pool;
        this.granted = initialCredit;
        this.grantsAgain = grantsAgain;
    }

    synchronized void channel(final RemoteChannel opened) {
        channel = opened;
        if (granted > asked) {
            channel.grant(granted);
        }
    }

    /** The numbers start at another one than 0. */
    synchronized void expect(final int first) {
        expected = first;
    }

    synchronized void grantMore(final int count) {
        granted += count;
        channel.grant(granted);
    }

    /** After an event that blocked: all credits not used are void, and so many are new. */
    synchronized void resumeWith(final int credit) {
        granted = dataFrames + credit;
        channel.resume(granted);
    }

    /** Wants nothing more, not even what is on its way. */
    synchronized void close() {
        released = true;
        channel.close();
    }

    synchronized RemoteChannel channel() {
        return channel;
    }

    @Override
    public synchronized Segment segmentForData() {
        asked++;
        require(asked <= granted, "asked=" + asked + " granted=" + granted);
        require(error == null, "segmentForData after an error");
        return released ? null : pool.poll(OWNER);
    }

    @Override
    public synchronized void onData(
            final Segment filled, final int lengthBytes, final int sequence, final int waiting) {
        final byte[] data = new byte[lengthBytes];
        filled.getBytes(0, data, 0, lengthBytes);
        filled.close();
        bytes.write(data, 0, lengthBytes);
        dataFrames++;
        backlog = waiting;
        next(sequence);
        if (grantsAgain && channel != null && !released) {
            granted++;
            channel.grant(granted);
        }
    }

    @Override
    public synchronized void onEvent(
            final ByteBuffer event, final int sequence, final boolean priority) {
        final byte[] content = new byte[event.remaining()];
        event.get(event.position(), content);
        events.add(
                (priority ? "priority " : "")
                        + new String(content, java.nio.charset.StandardCharsets.UTF_8)
                        + "@"
                        + bytes.size());
        next(sequence);
    }

    private void next(final int sequence) {
        require(error == null, "an element after an error");
        require(released || sequence == expected, "sequence=" + sequence + " expected=" + expected);
        expected = sequence + 1;
    }

    @Override
    public synchronized void onBacklog(final int waiting) {
        require(waiting > 0, "backlog=" + waiting);
        backlog = waiting;
        if (grantsAgain && channel != null) {
            granted = Math.max(granted, dataFrames + 1);
            channel.grant(granted);
        }
    }

    @Override
    public synchronized void onError(final IOException cause) {
        require(error == null, "a second error");
        error = cause;
    }

    private void require(final boolean condition, final String problem) {
        if (!condition) {
            problems.add(problem);
        }
    }

    synchronized byte[] bytes() {
        return bytes.toByteArray();
    }

    synchronized int size() {
        return bytes.size();
    }

    synchronized List<String> events() {
        return List.copyOf(events);
    }

    synchronized List<String> problems() {
        return List.copyOf(problems);
    }

    synchronized long dataFrames() {
        return dataFrames;
    }

    synchronized int backlog() {
        return backlog;
    }

    synchronized IOException error() {
        return error;
    }
}
