package io.geminid.state.checkpoint.blob;

import java.util.regex.Pattern;

/** What a blob may be called: nothing that could lead out of the store. */
public final class BlobNames {
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

    private BlobNames() {}

    /**
     * Any name.
     *
     * @param name as listed
     * @return the same
     * @throws IllegalArgumentException when it is not one
     */
    public static String check(final String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name=" + name + " must match " + NAME);
        }
        return name;
    }

    /**
     * A name for a new blob.
     *
     * @param name not reserved
     * @return the same
     * @throws IllegalArgumentException when it is not one
     */
    public static String checkNew(final String name) {
        if (name.endsWith(BlobStore.UNFINISHED)) {
            throw new IllegalArgumentException("name=" + name + " ends in a reserved suffix");
        }
        return check(name);
    }

    /**
     * A prefix.
     *
     * @param prefix empty, or ends with a slash
     * @return the same
     * @throws IllegalArgumentException when it is not one
     */
    public static String checkPrefix(final String prefix) {
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("prefix=" + prefix + " must end with /");
        }
        if (!prefix.isEmpty()) {
            check(prefix.substring(0, prefix.length() - 1));
        }
        return prefix;
    }
}
