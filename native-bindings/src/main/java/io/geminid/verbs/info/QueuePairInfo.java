package io.geminid.verbs.info;

/**
 * What a queue pair is set to, as the device tells it.
 *
 * @param state where it is
 * @param pathMtuBytes payload of one packet
 * @param ackTimeout exponent: an unanswered packet is sent again after 4.096 us times 2 to it
 * @param retries the counts and the timer of repeated sends
 * @param sendStart sequence number of the next packet it sends, 24 bits
 */
public record QueuePairInfo(
        QueuePairState state, int pathMtuBytes, int ackTimeout, Retries retries, int sendStart) {

    /**
     * How often a packet is sent again.
     *
     * @param lost times after no answer came, 0 to 7
     * @param notReady times after the receiver had no buffer, 0 to 7; 7 is for ever
     * @param notReadyTimer code of the pause that this queue pair asks senders to make, 0 to 31
     */
    public record Retries(int lost, int notReady, int notReadyTimer) {}
}
