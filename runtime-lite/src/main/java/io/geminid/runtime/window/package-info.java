/**
 * Windows over keyed streams: tumbling (size = slide, each record in exactly one), sliding (size >
 * slide, windows overlap), session (closed by a gap) and count; of event time or processing time;
 * with late data.
 *
 * <p>Start at {@link io.geminid.runtime.window.WindowOperator}. {@link
 * io.geminid.runtime.window.WindowAssigner} says which windows a timestamp falls into, {@link
 * io.geminid.runtime.window.WindowContents} how a window keeps its records: folded or as they are.
 *
 * <p>A window is {@code [start, end)}. It fires when the watermark reaches {@code end - 1}, again
 * for each late record within the allowed lateness, and is removed when the watermark reaches
 * {@code end - 1 + allowedLateness}; a record all of whose windows are removed goes to the late
 * side output, or is dropped and counted.
 *
 * <p>One thing depends on when watermarks come, here as in Flink: sessions that only touch (the
 * second record exactly the gap after the first) are one, unless the first had fired before.
 *
 * <p>Times are in milliseconds; sums saturate instead of overflowing. Imports {@code operator},
 * {@code time} and {@code state}.
 */
package io.geminid.runtime.window;
