package io.geminid.runtime.operator.context;

import io.geminid.state.StateStore;

/**
 * Everything an operator is given but its records. Made by the task, for one attempt of one
 * subtask. Task thread only.
 */
public final class OperatorContext {

    private final SubtaskInfo subtask;
    private final OperatorServices services;
    private final OperatorMetrics metrics;
    private final StateStore<?> keyedState;
    private final RestoredOperator restored;

    /**
     * Makes a context of an operator that begins without state.
     *
     * @param subtask who the operator is
     * @param services what it may use
     * @param metrics its counters
     * @param keyedState its store, closed by the task; {@code null} if it is not keyed
     */
    public OperatorContext(
            final SubtaskInfo subtask,
            final OperatorServices services,
            final OperatorMetrics metrics,
            final StateStore<?> keyedState) {
        this(subtask, services, metrics, keyedState, null);
    }

    /**
     * Makes a context.
     *
     * @param subtask who the operator is
     * @param services what it may use
     * @param metrics its counters
     * @param keyedState its store, closed by the task; {@code null} if it is not keyed
     * @param restored what is restored beside keyed state; {@code null} if nothing
     */
    public OperatorContext(
            final SubtaskInfo subtask,
            final OperatorServices services,
            final OperatorMetrics metrics,
            final StateStore<?> keyedState,
            final RestoredOperator restored) {
        this.restored = restored;
        this.subtask = subtask;
        this.services = services;
        this.metrics = metrics;
        this.keyedState = keyedState;
    }

    /**
     * @return who the operator is
     */
    public SubtaskInfo subtask() {
        return subtask;
    }

    /**
     * @return clock, randomness, executors, files
     */
    public OperatorServices services() {
        return services;
    }

    /**
     * @return the operator's counters
     */
    public OperatorMetrics metrics() {
        return metrics;
    }

    /**
     * What the operator's {@code snapshot} wrote for the checkpoint that is restored.
     *
     * @return {@code null} if nothing is restored
     */
    public RestoredOperator restored() {
        return restored;
    }

    /**
     * The keyed state.
     *
     * @param <K> type of the key, as the job's graph says
     * @return the store
     * @throws IllegalStateException if the operator's input is not keyed
     */
    @SuppressWarnings("unchecked") // the graph gave the operator and its store the same key
    public <K> StateStore<K> keyedState() {
        if (keyedState == null) {
            throw new IllegalStateException(
                    "operator=" + subtask + " has no keyed state: its input is not keyed");
        }
        return (StateStore<K>) keyedState;
    }
}
