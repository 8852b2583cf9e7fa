package io.geminid.verbs.disni;

import com.ibm.disni.verbs.impl.NativeDispatcher;
import io.geminid.verbs.VerbsException;
import java.io.IOException;
import java.lang.reflect.Constructor;

/**
 * DiSNI's natives, the one object that has them, with their exceptions as ours. For any thread.
 *
 * <p>DiSNI declares them on an object with a constructor for its own package only; the constructor
 * loads the library and checks its version and sizes.
 */
final class Natives {

    private static final NativeDispatcher DISPATCHER = make();

    private Natives() {}

    private static NativeDispatcher make() {
        try {
            Constructor<NativeDispatcher> constructor =
                    NativeDispatcher.class.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new UnsatisfiedLinkError("DiSNI refuses: " + e.getCause());
        }
    }

    /** Loads the library; further calls do nothing. */
    static void ensureLoaded() {
        assert DISPATCHER != null;
    }

    static NativeDispatcher disni() {
        return DISPATCHER;
    }

    /** Our natives throw nothing else, but DiSNI declares the wider type. */
    static VerbsException narrow(IOException e) {
        return e instanceof VerbsException verbs
                ? verbs
                : new VerbsException("disni", 0, String.valueOf(e.getMessage()), 0);
    }

    /** For the natives that DiSNI declares without an exception: 0, or a negative errno. */
    static void check(String call, int rc) throws VerbsException {
        if (rc != 0) {
            throw new VerbsException(call, Math.abs(rc), "", 0);
        }
    }
}
