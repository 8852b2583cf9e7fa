package io.geminid.state.rocksdb.db;

import java.nio.file.Path;
import java.util.function.Function;

/**
 * Where a store's databases, and the links of its snapshots, are: directories beside each other, so
 * that files can be linked. No name is used twice. Task thread only.
 */
public final class DatabaseHome {

    private final String store;
    private final Path base;
    private final Function<Path, Database> opener;
    private int used;

    /**
     * Names nothing yet.
     *
     * @param store for messages
     * @param base what all names begin with
     * @param opener opens the database in a directory, or makes it
     */
    public DatabaseHome(
            final String store, final Path base, final Function<Path, Database> opener) {
        this.store = store;
        this.base = base;
        this.opener = opener;
    }

    /**
     * A directory that is not there yet.
     *
     * @return where one may be made
     */
    public Path next() {
        return base.resolveSibling(base.getFileName() + "-" + ++used);
    }

    /**
     * Opens the database in a directory.
     *
     * @param directory holds the files of one, or is not there
     * @return closed by the caller
     */
    public Database open(final Path directory) {
        return opener.apply(directory);
    }

    /**
     * Makes an empty database.
     *
     * @return closed by the caller
     */
    public Database open() {
        return open(next());
    }

    @Override
    public String toString() {
        return "store=" + store + " directories=" + base + "-*";
    }
}
