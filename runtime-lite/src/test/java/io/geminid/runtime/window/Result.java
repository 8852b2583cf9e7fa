package io.geminid.runtime.window;

import java.util.List;

/**
 * A result of the tests: which records a window had when it fired.
 *
 * @param key whose window
 * @param window which
 * @param ids of its records, sorted
 */
record Result(long key, TimeWindow window, List<Long> ids) {

    static final WindowFunction<Long, List<Event>, Result> FUNCTION =
            (key, window, events, out) ->
                    out.collect(
                            new Result(
                                    key, window, events.stream().map(Event::id).sorted().toList()));
}
