package io.geminid.shuffle;

import java.util.List;

/**
 * The inputs and outputs of a subtask, as far as memory is concerned.
 *
 * @param name of the subtask, for messages
 * @param subpartitions of each result partition
 * @param channels of each input gate
 */
public record TaskShape(String name, List<Integer> subpartitions, List<Integer> channels) {

    /** Copies the lists. */
    public TaskShape {
        subpartitions = List.copyOf(subpartitions);
        channels = List.copyOf(channels);
    }
}
