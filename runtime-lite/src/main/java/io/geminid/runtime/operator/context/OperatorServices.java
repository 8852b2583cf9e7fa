package io.geminid.runtime.operator.context;

import io.geminid.runtime.time.ProcessingTimeService;
import java.nio.file.FileSystem;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What an operator may use of the world outside.
 *
 * @param processingTime the clock, and callbacks by it
 * @param random the operator subtask's own, seeded by the job's seed
 * @param mailbox runs things on the task thread, between records; to be called by any thread
 * @param io runs things that may block, on other threads; their results come back by {@code
 *     mailbox}
 * @param files where files are
 * @param isCheckpointed whether there are checkpoints: what must appear once waits for them
 */
public record OperatorServices(
        ProcessingTimeService processingTime,
        RandomGenerator random,
        Executor mailbox,
        Executor io,
        FileSystem files,
        boolean isCheckpointed) {}
