/**
 * The store that keeps its cells in RocksDB: memory for the hot part, a local directory for all of
 * it. There to compare with, and for state that is much larger than memory.
 *
 * <p>Start at {@link io.geminid.state.rocksdb.RocksDbStateStore}; users name it {@code rocksdb} in
 * {@code geminid.state.store}. Needs {@code org.rocksdb:rocksdbjni} on the class path, which this
 * module does not bring along.
 *
 * <p>Imports {@code serial} and {@code config} from the memory module. Sizes are in bytes, times in
 * milliseconds.
 */
package io.geminid.state.rocksdb;
