package io.geminid.state.checkpoint.registry;

import java.io.IOException;

/** Another coordinator has taken the job's checkpoints over: this one must leave them alone. */
public final class SupersededException extends IOException {

    private static final long serialVersionUID = 1L;

    SupersededException(final String message) {
        super(message);
    }
}
