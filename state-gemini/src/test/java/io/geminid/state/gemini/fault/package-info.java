/** Faults of disks and processes under a whole store and its checkpoints. */
package io.geminid.state.gemini.fault;
