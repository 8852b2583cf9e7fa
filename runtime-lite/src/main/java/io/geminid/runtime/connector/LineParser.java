package io.geminid.runtime.connector;

/**
 * Makes a record of a line. Made anew for each split, so it may have fields. Task thread only.
 *
 * @param <T> type of the records
 */
@FunctionalInterface
public interface LineParser<T> {

    /**
     * Makes a record.
     *
     * @param text the line without its end
     * @param position where it is; valid during the call
     * @return the record, or {@code null} for none
     * @throws Exception fails the task; the message should name the position
     */
    T parse(String text, LinePosition position) throws Exception;
}
