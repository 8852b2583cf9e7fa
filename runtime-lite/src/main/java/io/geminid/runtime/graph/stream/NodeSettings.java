package io.geminid.runtime.graph.stream;

import io.geminid.state.KeyGroup;

/**
 * How an operator is run.
 *
 * @param name unique in the graph; state is found by it
 * @param parallelism number of subtasks
 * @param maxParallelism number of key groups, which bounds the parallelism for ever
 * @param slotSharingGroup subtasks of different operators in the same group may share a slot
 * @param chaining whether it may be in one task with its neighbours
 * @param coLocationGroup operators of the same one have their subtasks of the same index in the
 *     same slot; empty for none
 * @param resources what a subtask needs
 */
public record NodeSettings(
        String name,
        int parallelism,
        int maxParallelism,
        String slotSharingGroup,
        ChainingStrategy chaining,
        String coLocationGroup,
        ResourceProfile resources) {

    /** The slot sharing group of an operator whose author gave none. */
    public static final String SLOT_SHARING_GROUP_DEFAULT = "default";

    /** Checks names and numbers. */
    public NodeSettings {
        if (name.isEmpty() || slotSharingGroup.isEmpty()) {
            throw new IllegalArgumentException(
                    "operator=" + name + " slotSharingGroup=" + slotSharingGroup);
        }
        KeyGroup.check(parallelism, maxParallelism);
    }

    /**
     * The defaults.
     *
     * @param name see {@link #name()}
     * @param parallelism see {@link #parallelism()}
     * @return the settings
     */
    public static NodeSettings of(final String name, final int parallelism) {
        return new NodeSettings(
                name,
                parallelism,
                KeyGroup.defaultMaxParallelism(parallelism),
                SLOT_SHARING_GROUP_DEFAULT,
                ChainingStrategy.ALWAYS,
                "",
                ResourceProfile.UNSPECIFIED);
    }

    /**
     * The same with another parallelism and its default number of key groups.
     *
     * @param subtasks see {@link #parallelism()}
     * @return a changed copy
     */
    public NodeSettings withParallelism(final int subtasks) {
        return new NodeSettings(
                name,
                subtasks,
                KeyGroup.defaultMaxParallelism(subtasks),
                slotSharingGroup,
                chaining,
                coLocationGroup,
                resources);
    }

    /**
     * The same with another number of key groups.
     *
     * @param keyGroups see {@link #maxParallelism()}
     * @return a changed copy
     */
    public NodeSettings withMaxParallelism(final int keyGroups) {
        return new NodeSettings(
                name,
                parallelism,
                keyGroups,
                slotSharingGroup,
                chaining,
                coLocationGroup,
                resources);
    }

    /**
     * The same in another slot sharing group.
     *
     * @param group see {@link #slotSharingGroup()}
     * @return a changed copy
     */
    public NodeSettings withSlotSharingGroup(final String group) {
        return new NodeSettings(
                name, parallelism, maxParallelism, group, chaining, coLocationGroup, resources);
    }

    /**
     * The same with another chaining strategy.
     *
     * @param strategy see {@link #chaining()}
     * @return a changed copy
     */
    public NodeSettings withChaining(final ChainingStrategy strategy) {
        return new NodeSettings(
                name,
                parallelism,
                maxParallelism,
                slotSharingGroup,
                strategy,
                coLocationGroup,
                resources);
    }

    /**
     * The same with a co-location constraint.
     *
     * @param group see {@link #coLocationGroup()}
     * @return a changed copy
     */
    public NodeSettings withCoLocationGroup(final String group) {
        return new NodeSettings(
                name, parallelism, maxParallelism, slotSharingGroup, chaining, group, resources);
    }

    /**
     * The same with other needs.
     *
     * @param needs see {@link #resources()}
     * @return a changed copy
     */
    public NodeSettings withResources(final ResourceProfile needs) {
        return new NodeSettings(
                name,
                parallelism,
                maxParallelism,
                slotSharingGroup,
                chaining,
                coLocationGroup,
                needs);
    }
}
