package io.geminid.state.gemini.log;

import java.util.Arrays;

/** Doubly linked lists of frames, in arrays by frame: each frame is in one of them at most. */
final class FrameLinks {

    static final int NONE = -1;

    private final int[] first;
    private final int[] last;
    private int[] next = new int[0];
    private int[] previous = new int[0];
    private int[] listOf = new int[0];

    FrameLinks(final int lists) {
        first = new int[lists];
        last = new int[lists];
        Arrays.fill(first, NONE);
        Arrays.fill(last, NONE);
    }

    /** Makes room for frames with smaller numbers than this. */
    void grow(final int length) {
        final int before = next.length;
        next = Arrays.copyOf(next, length);
        previous = Arrays.copyOf(previous, length);
        listOf = Arrays.copyOf(listOf, length);
        Arrays.fill(listOf, before, length, NONE);
    }

    int first(final int list) {
        return first[list];
    }

    int last(final int list) {
        return last[list];
    }

    int next(final int frame) {
        return next[frame];
    }

    int previous(final int frame) {
        return previous[frame];
    }

    /** The list that a frame is in. */
    int listOf(final int frame) {
        return listOf[frame];
    }

    void addFirst(final int list, final int frame) {
        addBetween(list, NONE, frame, first[list]);
    }

    void addLast(final int list, final int frame) {
        addBetween(list, last[list], frame, NONE);
    }

    void addAfter(final int list, final int before, final int frame) {
        addBetween(list, before, frame, next[before]);
    }

    void addBefore(final int list, final int after, final int frame) {
        addBetween(list, previous[after], frame, after);
    }

    private void addBetween(final int list, final int before, final int frame, final int after) {
        assert listOf[frame] == NONE : "frame=" + frame + " list=" + listOf[frame];
        listOf[frame] = list;
        previous[frame] = before;
        next[frame] = after;
        if (before == NONE) {
            first[list] = frame;
        } else {
            next[before] = frame;
        }
        if (after == NONE) {
            last[list] = frame;
        } else {
            previous[after] = frame;
        }
    }

    /** Takes a frame out of the list it is in, if any. */
    void remove(final int frame) {
        final int list = listOf[frame];
        if (list == NONE) {
            return;
        }
        final int before = previous[frame];
        final int after = next[frame];
        if (before == NONE) {
            first[list] = after;
        } else {
            next[before] = after;
        }
        if (after == NONE) {
            last[list] = before;
        } else {
            previous[after] = before;
        }
        listOf[frame] = NONE;
    }
}
