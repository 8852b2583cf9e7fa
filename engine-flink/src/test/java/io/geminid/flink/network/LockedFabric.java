package io.geminid.flink.network;

import io.geminid.verbs.VerbsProvider;
import io.geminid.verbs.connect.ConnectionEvent;
import io.geminid.verbs.fabric.FaultPlan;
import io.geminid.verbs.fabric.SoftwareFabric;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The software fabric for transports that have threads of their own: one call at a time. Its time
 * passes while one of them waits.
 */
final class LockedFabric {

    private static final String VERBS = "io.geminid.verbs.";

    private final SoftwareFabric fabric;
    private final Map<Object, Object> wrapped = new IdentityHashMap<>();

    LockedFabric(final long seed, final FaultPlan plan) {
        fabric = new SoftwareFabric(seed, plan);
    }

    /** A host with one device. */
    synchronized VerbsProvider addHost(final InetAddress address) {
        return (VerbsProvider) wrap(fabric.addHost(address));
    }

    private Object wrap(final Object raw) {
        if (raw instanceof List<?> list) {
            return list.stream().map(this::wrap).toList();
        }
        final Class<?>[] verbs =
                raw == null
                        ? new Class<?>[0]
                        : Arrays.stream(raw.getClass().getInterfaces())
                                .filter(each -> each.getName().startsWith(VERBS))
                                .toArray(Class<?>[]::new);
        if (verbs.length == 0) {
            return raw;
        }
        return wrapped.computeIfAbsent(
                raw,
                key ->
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                verbs,
                                (proxy, method, arguments) -> call(raw, method, arguments)));
    }

    private synchronized Object call(
            final Object raw, final Method method, final Object[] arguments) throws Throwable {
        final Object[] inner = arguments == null ? new Object[0] : arguments.clone();
        for (int i = 0; i < inner.length; i++) {
            inner[i] = unwrap(inner[i]);
        }
        try {
            final Object result = method.invoke(raw, inner);
            for (final Object each : inner) {
                if (each instanceof ConnectionEvent event && event.kind() != null) {
                    event.set(
                            event.kind(),
                            (io.geminid.verbs.connect.Connection) wrap(unwrap(event.connection())),
                            (io.geminid.verbs.connect.Listener) wrap(unwrap(event.listener())),
                            event.status(),
                            event.privateData());
                }
            }
            return wrap(result);
        } catch (final InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Object unwrap(final Object given) {
        if (given == null || !Proxy.isProxyClass(given.getClass())) {
            return given;
        }
        return wrapped.entrySet().stream()
                .filter(each -> each.getValue() == given)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(given);
    }
}
