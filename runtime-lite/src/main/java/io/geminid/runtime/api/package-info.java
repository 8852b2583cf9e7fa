/**
 * How a job is written: streams, from sources through functions and windows to sinks, in the terms
 * of Flink's DataStream API.
 *
 * <p>Start at {@link io.geminid.runtime.api.JobProgram}. A program is found by its name ({@code
 * ServiceLoader}), and coordinator and workers all let it define the same graph from the same
 * arguments; no code and no class name travels. Every operator has a name, by which its state is
 * found, and every stream its serializer: nothing is guessed. Functions and serializers are shared
 * by the subtasks in a process and must be stateless; what has fields is handed over as a supplier.
 *
 * <pre>{@code
 * public final class RequestsPerClient implements JobProgram {
 *     public String name() {
 *         return "requests-per-client";
 *     }
 *
 *     public void define(StreamJob job, JobArguments arguments) {
 *         WatermarkStrategy<Request> time =
 *                 WatermarkStrategy.<Request>boundedOutOfOrderness(5_000, (r, t) -> r.timeMillis())
 *                         .withIdleness(60_000);
 *         String output = arguments.required("output"); // here: suppliers are called later
 *         Source<Request, ?> files = new RequestFiles(arguments.all("input"));
 *         job.source("requests", files, time, Request.SERIALIZER)
 *                 .filter("valid", Request::isValid)
 *                 .keyBy(Request::client, Serializers.STRING)
 *                 .window(WindowAssigner.tumbling(TimeDomain.EVENT_TIME, 30_000))
 *                 .aggregate("count", new Count(), Serializers.LONG,
 *                         (client, window, n, out) -> out.collect(client + "," + n),
 *                         Serializers.STRING)
 *                 .sink("lines", () -> new LinesSink(output));
 *     }
 * }
 * }</pre>
 *
 * <p>One thread builds a job. Imports {@code graph}, {@code operator}, {@code window} and {@code
 * time}. Times are in milliseconds.
 */
package io.geminid.runtime.api;
