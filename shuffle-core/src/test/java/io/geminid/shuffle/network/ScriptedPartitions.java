package io.geminid.shuffle.network;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.partition.PartitionNotFoundException;
import io.geminid.shuffle.partition.PartitionProvider;
import io.geminid.shuffle.partition.SubpartitionListener;
import io.geminid.shuffle.partition.SubpartitionView;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Subpartitions that a test fills, one for each partition. */
final class ScriptedPartitions implements PartitionProvider {

    private final Map<ResultPartitionId, ScriptedSubpartition> all = new ConcurrentHashMap<>();

    static ResultPartitionId id(final int number) {
        return new ResultPartitionId(0x6A6F62, 1, number, 0);
    }

    ScriptedSubpartition add(final int number, final int pieceBytes) {
        final ScriptedSubpartition made = new ScriptedSubpartition(pieceBytes);
        all.put(id(number), made);
        return made;
    }

    ScriptedSubpartition find(final int number) {
        return all.get(id(number));
    }

    Collection<ScriptedSubpartition> all() {
        return all.values();
    }

    @Override
    public SubpartitionView createView(
            final ResultPartitionId partition,
            final int subpartition,
            final SubpartitionListener listener)
            throws PartitionNotFoundException {
        final ScriptedSubpartition found = all.get(partition);
        if (found == null) {
            throw new PartitionNotFoundException(partition, "test=true");
        }
        found.open(listener);
        return found;
    }
}
