package io.geminid.runtime.samplejob;

import io.geminid.runtime.api.JobArguments;
import io.geminid.runtime.cluster.job.JobRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What the sample job reads and how it is spread.
 *
 * @param output directory of the result
 * @param records how many; negative for a source that never ends
 * @param keys how many different keys
 * @param payloadBytesMax largest payload
 * @param seed of everything random
 * @param parallelism of the parts of the job
 * @param chaining whether operators may be chained
 * @param fault where the job fails
 * @param apart whether a part of the job has nothing to do with the others
 * @param pauseMillis how long sources pause after every few records; 0 for a moment after many
 */
public record SampleOptions(
        String output,
        long records,
        int keys,
        int payloadBytesMax,
        long seed,
        List<Integer> parallelism,
        boolean chaining,
        SampleFault fault,
        boolean apart,
        long pauseMillis) {

    static final int PARTS = 4;
    static final long JITTER_MILLIS = 500;
    static final long WINDOW_MILLIS = 1_000;
    private static final long STEP_MILLIS = 10;

    /** A small job without faults. */
    public static SampleOptions of(final Path output, final int parallelism) {
        return new SampleOptions(
                output.toString(),
                20_000,
                100,
                64,
                1,
                List.of(parallelism, parallelism, parallelism, parallelism),
                true,
                SampleFault.NONE,
                false,
                0);
    }

    public SampleOptions withRecords(final long count) {
        return new SampleOptions(
                output,
                count,
                keys,
                payloadBytesMax,
                seed,
                parallelism,
                chaining,
                fault,
                apart,
                pauseMillis);
    }

    public SampleOptions withKeys(final int other) {
        return new SampleOptions(
                output,
                records,
                other,
                payloadBytesMax,
                seed,
                parallelism,
                chaining,
                fault,
                apart,
                pauseMillis);
    }

    public SampleOptions withFault(final SampleFault other) {
        return new SampleOptions(
                output,
                records,
                keys,
                payloadBytesMax,
                seed,
                parallelism,
                chaining,
                other,
                apart,
                pauseMillis);
    }

    public SampleOptions withSeed(final long other) {
        return new SampleOptions(
                output,
                records,
                keys,
                payloadBytesMax,
                other,
                parallelism,
                chaining,
                fault,
                apart,
                pauseMillis);
    }

    public SampleOptions withPayloadBytesMax(final int bytes) {
        return new SampleOptions(
                output,
                records,
                keys,
                bytes,
                seed,
                parallelism,
                chaining,
                fault,
                apart,
                pauseMillis);
    }

    public SampleOptions withParallelism(final List<Integer> parts) {
        return new SampleOptions(
                output,
                records,
                keys,
                payloadBytesMax,
                seed,
                parts,
                chaining,
                fault,
                apart,
                pauseMillis);
    }

    public SampleOptions withChaining(final boolean allowed) {
        return new SampleOptions(
                output,
                records,
                keys,
                payloadBytesMax,
                seed,
                parallelism,
                allowed,
                fault,
                apart,
                pauseMillis);
    }

    public SampleOptions withApart(final boolean there) {
        return new SampleOptions(
                output,
                records,
                keys,
                payloadBytesMax,
                seed,
                parallelism,
                chaining,
                fault,
                there,
                pauseMillis);
    }

    public SampleOptions withPauseMillis(final long millis) {
        return new SampleOptions(
                output,
                records,
                keys,
                payloadBytesMax,
                seed,
                parallelism,
                chaining,
                fault,
                apart,
                millis);
    }

    public JobRequest request() {
        final List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("--output", output));
        arguments.addAll(List.of("--records", Long.toString(records)));
        arguments.addAll(List.of("--keys", Integer.toString(keys)));
        arguments.addAll(List.of("--payload", Integer.toString(payloadBytesMax)));
        arguments.addAll(List.of("--seed", Long.toString(seed)));
        arguments.add("--parallelism");
        parallelism.forEach(p -> arguments.add(Integer.toString(p)));
        arguments.addAll(List.of("--chaining", Boolean.toString(chaining)));
        arguments.addAll(List.of("--fault", fault.name()));
        arguments.addAll(List.of("--apart", Boolean.toString(apart)));
        arguments.addAll(List.of("--pause", Long.toString(pauseMillis)));
        return new JobRequest(SampleProgram.NAME, arguments);
    }

    static SampleOptions of(final JobArguments arguments) {
        return new SampleOptions(
                arguments.required("output"),
                arguments.optional("records", 0),
                (int) arguments.optional("keys", 1),
                (int) arguments.optional("payload", 0),
                arguments.optional("seed", 0),
                arguments.all("parallelism").stream().map(Integer::valueOf).toList(),
                Boolean.parseBoolean(arguments.required("chaining")),
                SampleFault.valueOf(arguments.required("fault")),
                Boolean.parseBoolean(arguments.required("apart")),
                arguments.optional("pause", 0));
    }

    boolean isUnbounded() {
        return records < 0;
    }

    SampleEvent event(final long index) {
        final SplittableRandom random = new SplittableRandom(seed * 1_000_003 + index);
        final byte[] payload = new byte[random.nextInt(payloadBytesMax + 1)];
        random.nextBytes(payload);
        return new SampleEvent(
                index,
                random.nextLong(keys),
                random.nextLong(1_000),
                index * STEP_MILLIS - random.nextLong(JITTER_MILLIS),
                payload);
    }
}
