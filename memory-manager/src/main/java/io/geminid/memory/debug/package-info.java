/**
 * Who holds what, and who took it where: leak reports and the levels of extra checking.
 *
 * <p>Start at {@link io.geminid.memory.debug.SegmentLeakReport}. Counts are in segments.
 */
package io.geminid.memory.debug;
