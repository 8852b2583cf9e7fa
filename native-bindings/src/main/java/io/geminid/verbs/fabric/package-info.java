/**
 * A software fabric: the façade of {@code io.geminid.verbs} in memory, for tests of what is built
 * on it. Not a product: nothing leaves the process.
 *
 * <p>Start at {@link io.geminid.verbs.fabric.SoftwareFabric}. It is strict where hardware is strict
 * and unkind where hardware may be: keys, bounds, rights and queue sizes are enforced; a sender's
 * memory is read when the message leaves, which is after the post, and written at the receiver
 * before the completion shows, which is later still; flush completions come one by one; a failed
 * completion says nothing but number, status and queue pair; private data comes padded.
 *
 * <p>It has no thread and no clock: time passes by {@link
 * io.geminid.verbs.fabric.SoftwareFabric#step}, and inside waits with a timeout. Everything that is
 * left to chance comes from one seed, so a run repeats exactly. All of a fabric is for one thread,
 * except {@code CompletionQueue.wakeup}.
 */
package io.geminid.verbs.fabric;
