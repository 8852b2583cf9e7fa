package io.geminid.runtime.schedule;

/**
 * A subtask of a job, whichever attempt.
 *
 * @param vertex number of the vertex
 * @param index index of the subtask, from 0 on
 */
public record Subtask(int vertex, int index) {}
