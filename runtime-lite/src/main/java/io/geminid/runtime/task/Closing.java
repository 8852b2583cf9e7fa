package io.geminid.runtime.task;

/** Closes one thing after the other, whatever goes wrong, and keeps what went wrong first. */
final class Closing {

    private Throwable failure;

    /**
     * @param before what had gone wrong before; {@code null} if nothing had
     */
    Closing(final Throwable before) {
        failure = before;
    }

    /**
     * @param what is closed; {@code null} if there is nothing to close
     */
    void close(final AutoCloseable what) {
        if (what == null) {
            return;
        }
        try {
            what.close();
        } catch (final Exception | Error e) {
            if (failure == null) {
                failure = e;
            } else if (failure != e) {
                failure.addSuppressed(e);
            }
        }
    }

    /**
     * @return the first failure, to which later ones were added; {@code null} if there was none
     */
    Throwable failure() {
        return failure;
    }
}
