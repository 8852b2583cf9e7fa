package io.geminid.verbs.disni;

import com.ibm.disni.verbs.impl.NativeDispatcher;
import io.geminid.verbs.CompletionQueue;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.jni.RdmaNatives;
import io.geminid.verbs.work.Completions;
import java.io.IOException;

/** A completion queue of a real device, with an event channel and a wake-up of its own. */
final class DisniCompletionQueue implements CompletionQueue {

    private static final int ANY_COMPLETION = 0;

    private final NativeDispatcher natives = Natives.disni();
    private final int capacity;
    private final long channel;
    private final int wakeup;
    private long handle;

    DisniCompletionQueue(DisniDevice device, int entries) throws VerbsException {
        if (entries < 1) {
            throw new IllegalArgumentException("entries=" + entries);
        }
        capacity = entries;
        int madeWakeup = RdmaNatives.createWakeup();
        long madeChannel = 0;
        try {
            madeChannel = natives._createCompChannel(device.context());
            handle = natives._createCQ(device.context(), madeChannel, entries, 0);
        } catch (IOException e) {
            if (madeChannel != 0) {
                natives._destroyCompChannel(madeChannel);
            }
            RdmaNatives.closeWakeup(madeWakeup);
            throw Natives.narrow(e);
        }
        channel = madeChannel;
        wakeup = madeWakeup;
    }

    long handle() {
        if (handle == 0) {
            throw new IllegalStateException("completion queue used after close");
        }
        return handle;
    }

    @Override
    public int poll(Completions into) throws VerbsException {
        try {
            into.size(0);
            int count = natives._pollCQ(handle(), into.capacity(), into.address());
            into.size(count);
            return count;
        } catch (IOException e) {
            throw Natives.narrow(e);
        }
    }

    @Override
    public void arm() throws VerbsException {
        try {
            natives._reqNotifyCQ(handle(), ANY_COMPLETION);
        } catch (IOException e) {
            throw Natives.narrow(e);
        }
    }

    @Override
    public boolean await(long timeoutNs) throws VerbsException {
        handle();
        return RdmaNatives.awaitCompletion(channel, wakeup, timeoutNs) == 1;
    }

    @Override
    public void wakeup() throws VerbsException {
        RdmaNatives.wake(wakeup);
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public void close() throws VerbsException {
        if (handle == 0) {
            return;
        }
        Natives.check("ibv_destroy_cq", natives._destroyCQ(handle));
        handle = 0;
        Natives.check("ibv_destroy_comp_channel", natives._destroyCompChannel(channel));
        RdmaNatives.closeWakeup(wakeup);
    }
}
