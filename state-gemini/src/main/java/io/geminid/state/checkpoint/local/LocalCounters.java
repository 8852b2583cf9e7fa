package io.geminid.state.checkpoint.local;

/**
 * What local copies were good for.
 *
 * @param localBytes read from copies
 * @param remoteBytes read from the remote storage
 * @param fallbacks copies that were there and turned out damaged or gone
 * @param failures copies and indexes that could not be written, read or deleted
 */
public record LocalCounters(long localBytes, long remoteBytes, long fallbacks, long failures) {}
