package io.geminid.shuffle.descriptor;

/**
 * Identity of the output of one attempt of one producer. The attempt is part of it, so that what an
 * old attempt wrote never reaches a consumer of a newer one (INV B2).
 *
 * @param jobId the job, unique in a cluster
 * @param dataSet the output of a job vertex, numbered within the job
 * @param producer index of the producing subtask
 * @param attempt number of the producing attempt, from 0 on
 */
public record ResultPartitionId(long jobId, int dataSet, int producer, int attempt) {

    /** Checks the numbers. */
    public ResultPartitionId {
        if (dataSet < 0 || producer < 0 || attempt < 0) {
            throw new IllegalArgumentException(
                    "dataSet=" + dataSet + " producer=" + producer + " attempt=" + attempt);
        }
    }

    @Override
    public String toString() {
        return Long.toHexString(jobId) + "/" + dataSet + "/" + producer + "#" + attempt;
    }
}
