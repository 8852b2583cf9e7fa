package io.geminid.perf.sort;

/**
 * What a record is.
 *
 * @param recordBytes size of every record; 0: a line, without the byte that ends it
 * @param keyBytes by how many of its first bytes, unsigned, it is sorted; 0: by all
 */
record RecordFormat(int recordBytes, int keyBytes) {

    /** Lines of text, in the order of their bytes. */
    static final RecordFormat LINES = new RecordFormat(0, 0);

    /** What gensort makes: 100 bytes, 10 of them the key. */
    static final RecordFormat GENSORT = new RecordFormat(100, 10);

    boolean lines() {
        return recordBytes == 0;
    }

    int keyBytes(final int length) {
        return keyBytes == 0 ? length : Math.min(keyBytes, length);
    }
}
