package io.geminid.memory.alloc;

/**
 * No memory for a slab, or a listener refused it. The pool is as it was before; other holders are
 * not affected.
 */
public final class SlabAllocationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message names the sizes and the limit met
     * @param cause what failed, or null
     */
    public SlabAllocationException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
