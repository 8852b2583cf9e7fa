/**
 * {@code ./geminid run sort}: sorts files that are larger than memory by range over the shuffle.
 * Start at {@link io.geminid.perf.sort.SortCommand}.
 *
 * <p>{@code SortJob} has the two stages. Producers read the input and write each record to the
 * range it belongs to, into blocking partitions; then each range is read, sorted in segments, and
 * becomes a part of the output. {@code SortChecker} reads input and output by itself and shares no
 * code with the sort.
 *
 * <p>Imports {@code config}, {@code memory}, {@code serial} and {@code shuffle}. Sizes are in
 * bytes.
 */
package io.geminid.perf.sort;
