package io.geminid.runtime.schedule;

import io.geminid.runtime.graph.JobVertex;
import io.geminid.runtime.graph.stream.ResourceProfile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How many slots a job needs, and which subtasks share one. Subtasks of different vertices in one
 * group share; two subtasks of one vertex never do. So a group needs as many slots as its widest
 * vertex has subtasks, and subtask {@code i} of every vertex in it goes to the same slot.
 */
public final class SlotSharing {

    private final List<JobVertex> vertices;
    private final List<Group> groups = new ArrayList<>();
    private final Map<Integer, Group> byVertex = new LinkedHashMap<>();
    private int slots;

    /**
     * Makes the groups.
     *
     * @param vertices of the job
     */
    public SlotSharing(final List<JobVertex> vertices) {
        this.vertices = vertices;
        final Map<String, List<JobVertex>> byName = new LinkedHashMap<>();
        for (final JobVertex vertex : vertices) {
            byName.computeIfAbsent(vertex.slotSharingGroup(), name -> new ArrayList<>())
                    .add(vertex);
        }
        byName.forEach(this::addGroup);
    }

    private void addGroup(final String name, final List<JobVertex> members) {
        JobVertex widest = members.get(0);
        for (final JobVertex member : members) {
            widest = member.parallelism() > widest.parallelism() ? member : widest;
        }
        final Group group = new Group(name, slots, widest);
        groups.add(group);
        members.forEach(member -> byVertex.put(member.id(), group));
        slots += widest.parallelism();
    }

    /**
     * @return how many slots the job needs
     */
    public int slotsNeeded() {
        return slots;
    }

    /**
     * Which slot a subtask goes to.
     *
     * @param subtask which
     * @return 0 to {@link #slotsNeeded()} - 1
     */
    public int slotOf(final Subtask subtask) {
        return byVertex.get(subtask.vertex()).firstSlot + subtask.index();
    }

    /**
     * What a slot is needed for (RT-17).
     *
     * @param slot 0 to {@link #slotsNeeded()} - 1
     * @return the sum of all subtasks that ever share it
     */
    public ResourceProfile resourcesOf(final int slot) {
        ResourceProfile sum = ResourceProfile.UNSPECIFIED;
        for (final JobVertex vertex : vertices) {
            final int index = slot - byVertex.get(vertex.id()).firstSlot;
            if (index >= 0 && index < vertex.parallelism()) {
                sum = sum.plus(vertex.resources());
            }
        }
        return sum;
    }

    /**
     * Whether a subtask must be where others of its index are, at whatever time (RT-10).
     *
     * @param subtask which
     * @return true if its vertex has a co-location constraint
     */
    public boolean isBound(final Subtask subtask) {
        return !vertices.get(subtask.vertex()).coLocationGroup().isEmpty();
    }

    /** What is needed and why, for messages. */
    @Override
    public String toString() {
        return groups.stream().map(Group::toString).collect(Collectors.joining(", "));
    }

    private record Group(String name, int firstSlot, JobVertex widest) {

        @Override
        public String toString() {
            return "slotSharingGroup="
                    + name
                    + " slots="
                    + widest.parallelism()
                    + " (parallelism of \""
                    + widest.name()
                    + "\")";
        }
    }
}
