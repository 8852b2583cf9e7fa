/**
 * Snapshots of a RocksDB store: its sorted files never change, so a snapshot is a set of hard links
 * to them, and only files that no snapshot to be referred to has yet are uploaded.
 *
 * <p>Start at {@link io.geminid.state.rocksdb.snapshot.RocksDbSnapshots}, which takes them; {@link
 * io.geminid.state.rocksdb.snapshot.RocksDbRestore} makes a database of one or several.
 *
 * <pre>
 * part:   format rocksdb/1, a handle for each file, inline:
 *         key serializer (utf8) | max parallelism | number of files | name of each (utf8)
 * files:  *.sst shared, each a range of its own; MANIFEST, CURRENT, OPTIONS exclusive
 * </pre>
 *
 * <p>Imports {@code checkpoint} and {@code serial}. Sizes are in bytes.
 */
package io.geminid.state.rocksdb.snapshot;
