package io.geminid.shuffle.wire;

/** What can be wrong with a header, in the order in which {@link FrameCheck} looks. */
public enum FrameFault {
    /** It does not begin with the magic bytes: another protocol, or none. */
    MAGIC,
    /** Its checksum is wrong: none of its fields can be believed. */
    CHECKSUM,
    /** Its version is not the one agreed on. */
    VERSION,
    /** Its type is unknown, or not allowed before or after the handshake. */
    TYPE,
    /** Its payload length is negative or more than agreed on. */
    LENGTH,
    /** Its channel is negative, or a frame of the transport names one. */
    CHANNEL,
    /** Another field has a value that it cannot have. */
    CONTENT
}
