package io.geminid.verbs.fabric;

/**
 * The requests of one queue, as a ring: {@code done <= delivered <= sent <= posted}. A receive
 * queue uses the first and the last only.
 */
final class FabricQueue {

    private final FabricRequest[] requests;

    /** Completed ever. */
    long done;

    /** Arrived at the peer ever. */
    long delivered;

    /** Left ever. */
    long sent;

    /** Posted ever. */
    long posted;

    FabricQueue(int capacity, int slicesMax) {
        requests = new FabricRequest[capacity];
        for (int i = 0; i < capacity; i++) {
            requests[i] = new FabricRequest(slicesMax);
        }
    }

    FabricRequest at(long sequence) {
        return requests[(int) (sequence % requests.length)];
    }

    boolean isFull() {
        return posted - done == requests.length;
    }

    boolean isEmpty() {
        return posted == done;
    }
}
