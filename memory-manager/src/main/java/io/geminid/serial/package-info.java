/**
 * How values become bytes: straight into segments on the way out, straight out of them on the way
 * in.
 *
 * <p>Start at {@link io.geminid.serial.RecordSerializer}. {@link io.geminid.serial.RecordOutput}
 * and {@link io.geminid.serial.RecordInput} are the two cursors a serializer works with; {@link
 * io.geminid.serial.Serializers} has the ones for Java's basic types.
 *
 * <p>Imports nothing from the other modules. All numbers are little-endian, all sizes are in bytes.
 */
package io.geminid.serial;
