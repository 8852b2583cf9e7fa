package io.geminid.runtime.operator.context;

/**
 * Which subtask of which operator this is.
 *
 * @param operator name of the operator, unique in the job
 * @param index 0 to {@code parallelism - 1}
 * @param parallelism number of subtasks
 * @param maxParallelism number of key groups
 * @param attempt number of the attempt, from 0 on
 */
public record SubtaskInfo(
        String operator, int index, int parallelism, int maxParallelism, int attempt) {

    /** Checks the numbers. */
    public SubtaskInfo {
        if (index < 0 || index >= parallelism || parallelism > maxParallelism || attempt < 0) {
            throw new IllegalArgumentException(
                    "operator="
                            + operator
                            + " index="
                            + index
                            + " parallelism="
                            + parallelism
                            + " maxParallelism="
                            + maxParallelism
                            + " attempt="
                            + attempt);
        }
    }

    @Override
    public String toString() {
        return operator + " (" + (index + 1) + "/" + parallelism + ")#" + attempt;
    }
}
