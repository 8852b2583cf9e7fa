package io.geminid.verbs;

import java.io.IOException;

/** A verbs call failed: which, with what errno, and how much of it had been done. */
public class VerbsException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;
    private final int accepted;

    /**
     * For the natives.
     *
     * @param call the C function, such as {@code ibv_reg_mr}
     * @param errno the system's number of the error
     * @param text the system's words for it
     * @param accepted for a post: how many requests of the list the device took before the failing
     *     one; 0 for all other calls
     */
    public VerbsException(String call, int errno, String text, int accepted) {
        super(
                "%s: errno=%d %s%s"
                        .formatted(
                                call, errno, text, accepted == 0 ? "" : " accepted=" + accepted));
        this.call = call;
        this.errno = errno;
        this.accepted = accepted;
    }

    /**
     * For the layers above the natives.
     *
     * @param call the C function
     * @param error the error
     * @param detail what it was about, as {@code name=value}
     */
    public VerbsException(String call, Errno error, String detail) {
        this(call, error.number(), error + " " + detail, 0);
    }

    /**
     * The failed call.
     *
     * @return the C function's name
     */
    public String call() {
        return call;
    }

    /**
     * The system's number of the error.
     *
     * @return the errno
     */
    public int errno() {
        return errno;
    }

    /**
     * Whether it failed with that error.
     *
     * @param error the error asked for
     * @return true if it did
     */
    public boolean is(Errno error) {
        return errno == error.number();
    }

    /**
     * For a post: the requests before the failing one, which the device now owns.
     *
     * @return their count
     */
    public int accepted() {
        return accepted;
    }

    /** The errors that callers tell apart, with Linux's numbers; a test compares them. */
    public enum Errno {
        /** Interrupted, or no such process. */
        EPERM(1),
        /** Try again. */
        EAGAIN(11),
        /** No memory, a full queue, or the limit on locked memory. */
        ENOMEM(12),
        /** No right to it. */
        EACCES(13),
        /** A bad address. */
        EFAULT(14),
        /** Something still uses it. */
        EBUSY(16),
        /** No such device; it was removed. */
        ENODEV(19),
        /** An invalid argument or state. */
        EINVAL(22),
        /** Not implemented. */
        ENOSYS(38),
        /** The address is taken. */
        EADDRINUSE(98),
        /** The address is not of this host, or of no device of it. */
        EADDRNOTAVAIL(99),
        /** No route. */
        ENETUNREACH(101),
        /** Not connected. */
        ENOTCONN(107),
        /** No answer in time. */
        ETIMEDOUT(110),
        /** Nobody listens. */
        ECONNREFUSED(111),
        /** No host there. */
        EHOSTUNREACH(113);

        private final int number;

        Errno(int number) {
            this.number = number;
        }

        /**
         * Linux's number.
         *
         * @return the errno
         */
        public int number() {
            return number;
        }
    }
}
