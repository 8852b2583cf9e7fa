package io.geminid.verbs.fabric;

/**
 * What a fabric does to its traffic, by chance from its seed.
 *
 * @param delayStepsMax a message takes 1 to 1 plus this many steps to arrive, its acknowledgement
 *     too: with several queue pairs this is what reorders them
 * @param completionStepsMax a completion shows 0 to this many steps after what it tells of
 * @param lostPerMillion so many messages of a million get lost and are sent again after the
 *     acknowledgement's time-out
 * @param failedPerMillion so many messages of a million break their queue pair instead of leaving
 */
public record FaultPlan(
        int delayStepsMax, int completionStepsMax, int lostPerMillion, int failedPerMillion) {

    /** Nothing by chance: everything takes the shortest time. */
    public static final FaultPlan NONE = new FaultPlan(0, 0, 0, 0);

    /** No faults, but every order of events that the hardware allows. */
    public static final FaultPlan JITTER = new FaultPlan(8, 8, 0, 0);

    private static final int MILLION = 1_000_000;

    /** Checks the ranges. */
    public FaultPlan {
        if (delayStepsMax < 0 || completionStepsMax < 0) {
            throw new IllegalArgumentException(
                    "delayStepsMax=%d completionStepsMax=%d"
                            .formatted(delayStepsMax, completionStepsMax));
        }
        if (lostPerMillion < 0
                || failedPerMillion < 0
                || lostPerMillion > MILLION
                || failedPerMillion > MILLION) {
            throw new IllegalArgumentException(
                    "lostPerMillion=%d failedPerMillion=%d"
                            .formatted(lostPerMillion, failedPerMillion));
        }
    }

    /**
     * The same with losses.
     *
     * @param perMillion so many messages of a million
     * @return a new plan
     */
    public FaultPlan losing(int perMillion) {
        return new FaultPlan(delayStepsMax, completionStepsMax, perMillion, failedPerMillion);
    }

    /**
     * The same with queue pairs that break.
     *
     * @param perMillion so many messages of a million
     * @return a new plan
     */
    public FaultPlan failing(int perMillion) {
        return new FaultPlan(delayStepsMax, completionStepsMax, lostPerMillion, perMillion);
    }
}
