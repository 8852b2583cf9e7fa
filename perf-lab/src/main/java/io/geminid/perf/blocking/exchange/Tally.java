package io.geminid.perf.blocking.exchange;

/**
 * What was read, summed up so that a record that is lost, comes twice or comes to the wrong
 * subpartition shows.
 *
 * @param records how many
 * @param numbers their numbers, added
 * @param bytes their sizes, added
 * @param misplaced those that belong to another subpartition
 */
public record Tally(long records, long numbers, long bytes, long misplaced) {

    /** Of nothing. */
    public static final Tally EMPTY = new Tally(0, 0, 0, 0);

    /**
     * Adds another one.
     *
     * @param other of other records
     * @return of both
     */
    public Tally plus(final Tally other) {
        return new Tally(
                records + other.records,
                numbers + other.numbers,
                bytes + other.bytes,
                misplaced + other.misplaced);
    }

    /** Adds up without making objects. One thread. */
    public static final class Counter {

        private final int subpartitions;
        private long records;
        private long numbers;
        private long bytes;
        private long misplaced;

        /**
         * @param subpartitions of each partition
         */
        public Counter(final int subpartitions) {
            this.subpartitions = subpartitions;
        }

        /**
         * Adds a record.
         *
         * @param subpartition where it was found
         * @param number of the record
         * @param recordBytes its size
         */
        public void add(final int subpartition, final long number, final int recordBytes) {
            records++;
            numbers += number;
            bytes += recordBytes;
            if (Records.subpartition(number, subpartitions) != subpartition) {
                misplaced++;
            }
        }

        /**
         * The sum so far.
         *
         * @return a copy
         */
        public Tally tally() {
            return new Tally(records, numbers, bytes, misplaced);
        }
    }
}
