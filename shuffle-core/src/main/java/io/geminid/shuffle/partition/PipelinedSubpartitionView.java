package io.geminid.shuffle.partition;

import io.geminid.shuffle.buffer.Buffer;

/** The one view of a pipelined subpartition. All state is the subpartition's. */
final class PipelinedSubpartitionView implements SubpartitionView {

    private final PipelinedSubpartition subpartition;

    PipelinedSubpartitionView(final PipelinedSubpartition subpartition) {
        this.subpartition = subpartition;
    }

    @Override
    public Buffer poll(final boolean dataAllowed, final boolean partialAllowed) {
        return subpartition.poll(dataAllowed, partialAllowed);
    }

    @Override
    public Buffer pollPriority() {
        return subpartition.pollPriority();
    }

    @Override
    public int backlog() {
        return subpartition.backlog();
    }

    @Override
    public boolean hasElements() {
        return subpartition.hasElements();
    }

    @Override
    public void resumeConsumption() {
        subpartition.resumeConsumption();
    }

    @Override
    public void acknowledgeAllRecordsProcessed() {
        subpartition.acknowledgeAllRecordsProcessed();
    }

    @Override
    public Throwable failure() {
        return subpartition.failure();
    }

    @Override
    public void release() {
        subpartition.releaseView();
    }

    @Override
    public boolean isReleased() {
        return subpartition.isDropped();
    }

    @Override
    public String toString() {
        return "view of " + subpartition;
    }
}
