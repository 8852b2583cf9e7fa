package io.geminid.runtime.schedule;

import io.geminid.runtime.graph.stream.ResourceProfile;

/**
 * A slot that is wanted.
 *
 * @param needs what all that will be in it needs together; {@link ResourceProfile#UNSPECIFIED}: an
 *     even share of a worker
 * @param worker where it was before, or {@link #ANYWHERE}
 * @param bound whether it must be there again, as long as that worker lives
 */
public record SlotRequest(ResourceProfile needs, int worker, boolean bound) {

    /** It has not been anywhere. */
    public static final int ANYWHERE = -1;

    /**
     * Any even share of a worker.
     *
     * @return the request
     */
    public static SlotRequest any() {
        return new SlotRequest(ResourceProfile.UNSPECIFIED, ANYWHERE, false);
    }
}
