package io.geminid.serial;

/** The bytes of a record are not what the serializer expects; says where and what. */
public final class RecordFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message names the field, the offset and the bytes left
     */
    public RecordFormatException(final String message) {
        super(message);
    }
}
