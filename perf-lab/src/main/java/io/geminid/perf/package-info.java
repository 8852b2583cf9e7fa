/**
 * The command line: what {@code ./geminid} runs.
 *
 * <p>Start at {@link io.geminid.perf.Geminid}, the root of the commands. Each command has a
 * package: {@code demo} runs the main job, {@code doctor} looks at the host, {@code shuffle} and
 * {@code state} measure beside peers, each in a {@code child} process, {@code sort} sorts files
 * over the shuffle, {@code verify} compares the checksums of stored checkpoints, {@code report}
 * turns measurements into tables and JSON.
 *
 * <p>May import every other module; nothing imports this one.
 */
package io.geminid.perf;
