/**
 * Records: values in, values out, over the buffers of partitions and gates.
 *
 * <p>Start at {@link io.geminid.shuffle.record.RecordWriter} and {@link
 * io.geminid.shuffle.record.RecordReader}. Those that want bytes and no objects write with {@link
 * io.geminid.shuffle.partition.ResultPartition#beginRecord} and read with {@link
 * io.geminid.shuffle.record.RawRecordReader}.
 *
 * <p>In a channel a record is its length (4 bytes, little-endian, without itself) and its bytes,
 * one record behind the other without a gap. It may begin and end anywhere in a segment, and so may
 * its length.
 *
 * <p>Imports {@code serial}, {@code shuffle.buffer}, {@code shuffle.event}, {@code
 * shuffle.partition} and {@code shuffle.gate}. Sizes are in bytes.
 */
package io.geminid.shuffle.record;
