package io.geminid.runtime.cluster.coordinator;

import java.util.UUID;

/** Whoever started the workers. Called on the coordinator's loop. */
public interface WorkerHost {

    /** A host of workers of which nothing else is known and that need nobody to end them. */
    WorkerHost NONE =
            new WorkerHost() {
                @Override
                public void onLost(final int worker, final UUID processId) {}

                @Override
                public String describe(final int worker) {
                    return "";
                }
            };

    /**
     * The coordinator has parted with a worker: it must not live on.
     *
     * @param worker its index
     * @param processId identity of the start that was lost
     */
    void onLost(int worker, UUID processId);

    /**
     * What is known of a worker that was lost, for example its exit code. May wait for a moment
     * until it is known.
     *
     * @param worker its index
     * @return as name=value; may be empty
     */
    String describe(int worker);
}
