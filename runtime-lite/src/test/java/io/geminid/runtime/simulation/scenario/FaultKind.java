package io.geminid.runtime.simulation.scenario;

/** What can go wrong in a scenario. */
enum FaultKind {
    /** A worker is killed. */
    CRASH,
    /** A worker stops for a moment. */
    PAUSE,
    /** A worker stops for longer than anybody waits for a sign of life. */
    LONG_PAUSE,
    /** A worker's link with the coordinator breaks. */
    CUT_CONTROL,
    /** A worker's link with the coordinator goes silent. */
    SILENCE_CONTROL,
    /** A connection between workers breaks. */
    CUT_DATA,
    /** The storage of checkpoints fails for a while, in part or wholly. */
    STORAGE,
    /** The coordinator is killed, and another one goes on with other workers. */
    CRASH_COORDINATOR,
    /** The coordinator stops, for a moment or for longer than anybody waits. */
    PAUSE_COORDINATOR,
    /** All processes are gone, and what was not forced to the disk with the checkpoints. */
    CUT_POWER,
    /** The job is stopped, and goes on with another parallelism if it can. */
    RESCALE
}
