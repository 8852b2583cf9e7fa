/**
 * The handles of states whose cells are entries of a RocksDB table, and the timers.
 *
 * <p>Start at {@link io.geminid.state.rocksdb.cell.RocksState}, which all handles have in common.
 * One entry holds a cell; of a map, one of its entries. A value that ages has the time when it was
 * written before it, 8 bytes; in a list each element has its own. What is too old is removed when
 * it is met.
 *
 * <p>Imports {@code serial} from the memory module. Times are in milliseconds.
 */
package io.geminid.state.rocksdb.cell;
