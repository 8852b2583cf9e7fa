/**
 * Event time and processing time: watermarks, idleness and timers.
 *
 * <p>Start at {@link io.geminid.runtime.time.WatermarkStrategy}: how a source turns the timestamps
 * of its records into watermarks, per split ({@link io.geminid.runtime.time.SplitWatermarks}).
 * {@link io.geminid.runtime.time.WatermarkValve} joins the watermarks of the channels of a task's
 * input, {@link io.geminid.runtime.time.WatermarkCombiner} those of an operator's inputs. {@link
 * io.geminid.runtime.time.TimerService} fires an operator's timers.
 *
 * <p>A watermark {@code t} says that no more records with a timestamp of {@code t} or less are
 * expected (Akidau et al., The Dataflow Model, VLDB 2015). All times are in milliseconds, those of
 * events count from whatever epoch the records use. All classes are used by the task thread.
 * Imports {@code state}.
 */
package io.geminid.runtime.time;
