package io.geminid.state.heap.format;

import io.geminid.state.KeyGroupRange;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.StateSchema;
import io.geminid.state.heap.format.RestoredStates.Block;
import io.geminid.state.heap.format.RestoredStates.Restored;
import io.geminid.state.heap.format.Snapshotted.GroupWriter;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All of a store at some moment: views of the tables of states that are in use, and the bytes of
 * those that nobody has asked for since the last restore.
 *
 * @param keyGroups of the store
 * @param keySerializer identity and version of it
 * @param inUse by name
 * @param left by name, none of which is in use
 * @param onClose ends the snapshot's version
 */
public record HeapSnapshot(
        KeyGroupRange keyGroups,
        String keySerializer,
        Map<String, Captured> inUse,
        Map<String, Restored> left,
        Runnable onClose)
        implements StoreSnapshot {

    /**
     * One state.
     *
     * @param schema of it
     * @param groups a writer for each key group of the store
     */
    public record Captured(String schema, List<GroupWriter> groups) {}

    @Override
    public List<StatePart> write(final SnapshotWriter writer) throws IOException {
        try (StateOutput out = writer.open(StateScope.EXCLUSIVE)) {
            final BlockWriter blocks = new BlockWriter(out);
            final List<StateSchema> schemas = new ArrayList<>();
            for (final Map.Entry<String, Captured> state : inUse.entrySet()) {
                final List<GroupWriter> groups = state.getValue().groups();
                for (int i = 0; i < groups.size(); i++) {
                    blocks.begin(schemas.size(), keyGroups.first() + i);
                    groups.get(i).write(blocks);
                }
                schemas.add(new StateSchema(state.getKey(), state.getValue().schema()));
            }
            for (final Map.Entry<String, Restored> state : left.entrySet()) {
                for (final Block block : state.getValue().blocks()) {
                    blocks.begin(schemas.size(), block.group());
                    blocks.copy(block.entries());
                }
                schemas.add(new StateSchema(state.getKey(), state.getValue().schema()));
            }
            return List.of(blocks.finish(keyGroups, schemas, keySerializer));
        }
    }

    @Override
    public void close() {
        onClose.run();
    }
}
