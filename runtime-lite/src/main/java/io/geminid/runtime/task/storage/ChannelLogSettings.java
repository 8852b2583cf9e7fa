package io.geminid.runtime.task.storage;

import java.util.concurrent.Executor;

/**
 * How tasks log what they send.
 *
 * @param bytesMax most that the log of a task holds before it begins anew
 * @param writer appends to logs; a log runs there once at a time
 * @param beside whether what is in flight is copied all the same, so that both can be compared
 */
public record ChannelLogSettings(long bytesMax, Executor writer, boolean beside) {}
