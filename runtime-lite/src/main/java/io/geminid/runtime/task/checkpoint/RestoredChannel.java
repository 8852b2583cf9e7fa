package io.geminid.runtime.task.checkpoint;

import io.geminid.state.checkpoint.StateHandle;
import java.util.List;

/**
 * What was in flight in a channel when a checkpoint was taken: whole records.
 *
 * @param id the channel, as it was then
 * @param rescaled whether the edge has other channels now, or one before it: a channel of the same
 *     numbers may carry what went over another one, and its event time then says nothing
 * @param slices its bytes, in their order
 */
public record RestoredChannel(ChannelId id, boolean rescaled, List<StateHandle> slices) {

    /** Copies the list. */
    public RestoredChannel {
        slices = List.copyOf(slices);
    }
}
