package io.geminid.runtime.window;

import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.kind.MapState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The sessions of the current key: which there are, and under which window each keeps its contents.
 * A session that grows keeps its contents where they are, so only those of sessions that disappear
 * are moved. No two sessions of a key touch.
 */
final class MergingWindows {

    private static final StateDescriptor<MapState<TimeWindow, TimeWindow>> DESCRIPTOR =
            StateDescriptor.map("sessions", TimeWindow.SERIALIZER, TimeWindow.SERIALIZER);

    private final MapState<TimeWindow, TimeWindow> contentsWindowOf;

    MergingWindows(final StateStore<?> store) {
        contentsWindowOf = store.state(DESCRIPTOR);
    }

    /** Under which window a session keeps its contents; null if there is no such session. */
    TimeWindow contentsWindow(final TimeWindow session) {
        return contentsWindowOf.get(session);
    }

    void add(final TimeWindow session) {
        assert touching(session).isEmpty() : "session=" + session;
        contentsWindowOf.put(session, session);
    }

    void remove(final TimeWindow session) {
        contentsWindowOf.remove(session);
    }

    /** The sessions that a window touches, the earliest first. */
    List<TimeWindow> touching(final TimeWindow window) {
        final TreeMap<Long, TimeWindow> byStart = new TreeMap<>();
        contentsWindowOf.forEach(
                (session, contentsWindow) -> {
                    if (session.touches(window)) {
                        byStart.put(session.start(), session);
                    }
                    return true;
                });
        return new ArrayList<>(byStart.values());
    }

    /**
     * Makes one session of several; the contents of all of them come to where those of the first
     * are.
     */
    void merge(
            final TimeWindow merged,
            final List<TimeWindow> sessions,
            final WindowContents.Handle<?, ?> contents) {
        final TimeWindow target = contentsWindowOf.get(sessions.get(0));
        final List<TimeWindow> sources = new ArrayList<>();
        for (final TimeWindow session : sessions) {
            final TimeWindow contentsWindow = contentsWindowOf.get(session);
            contentsWindowOf.remove(session);
            if (!contentsWindow.equals(target)) {
                sources.add(contentsWindow);
            }
        }
        contents.merge(target, sources);
        contentsWindowOf.put(merged, target);
    }
}
