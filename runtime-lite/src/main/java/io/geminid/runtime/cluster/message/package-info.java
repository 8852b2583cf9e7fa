/**
 * What coordinator and workers say to each other, and how it becomes bytes.
 *
 * <p>Start at {@link io.geminid.runtime.cluster.message.ControlMessage}; {@link
 * io.geminid.runtime.cluster.message.ControlCodec} draws the frame. The set of messages is closed:
 * no class name and no serialized object ever travels, and every count and length is checked
 * against the bytes that are there before anything is allocated.
 *
 * <p>Imports {@code serial} from the memory module, {@code shuffle}, and the identities of {@code
 * runtime.task}.
 */
package io.geminid.runtime.cluster.message;
