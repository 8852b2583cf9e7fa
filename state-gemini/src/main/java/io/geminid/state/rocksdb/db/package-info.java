/**
 * RocksDB behind a few calls that take direct buffers: nothing above this package names its classes
 * or sees its checked exception.
 *
 * <p>Start at {@link io.geminid.state.rocksdb.db.Database}: a database on a local directory, with a
 * {@link io.geminid.state.rocksdb.db.Table} (column family) for each state. {@link
 * io.geminid.state.rocksdb.db.KeyBytes} draws the keys of its entries. Memory is that of {@link
 * io.geminid.state.rocksdb.db.NativeMemory}, one for all databases of a process.
 *
 * <p>Every object that holds native memory is closed by whoever made it; a call after that is
 * refused here, because RocksDB would crash. Imports {@code serial} and {@code config} from the
 * memory module. Sizes are in bytes.
 */
package io.geminid.state.rocksdb.db;
