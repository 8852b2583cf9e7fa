/**
 * One exchange of records over disk, done alike by every subject of {@code perf blocking}: some
 * producers write all records, sorted by subpartition; then as many consumers read the
 * subpartitions, one after the other.
 *
 * <p>Start at {@link io.geminid.perf.blocking.exchange.Exchange}; {@link
 * io.geminid.perf.blocking.exchange.ExchangeChild} measures one in its own process. Peers that are
 * compiled when they are measured are in {@code src/peers}; they see this package and {@code
 * perf.child}, without any library.
 */
package io.geminid.perf.blocking.exchange;
