import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntUnaryOperator;

/**
 * Keeps the JIT compilers as busy as they can be, and checks every result.
 *
 * <p>An emulated processor must notice when another one writes code that it is about to execute. A JVM does that all the
 * time: it compiles methods, patches calls and field accesses in compiled ones, throws them away when an assumption breaks,
 * and uses their memory again. Here each thread loads the same few classes again and again through class loaders of its own,
 * so that all of that happens some hundred times in half a minute.
 *
 * <p>Run with {@code java JitStress.java SECONDS}. Prints how many generations of classes it got through; exits with 1 when a
 * result is wrong. What it is really for is a crash of the JVM.
 */
public final class JitStress {
    private static final int THREADS = 2;

    /** Enough for the first compiler's full profile and, within a generation or two, for the second compiler. */
    private static final int CALLS_PER_GENERATION = 6_000;

    /** Unloads the classes of former generations, so that the memory of their code is used again. */
    private static final int GENERATIONS_PER_COLLECTION = 16;

    private static final List<String> CLASSES =
            List.of("Shape", "Square", "Circle", "Late", "Work").stream()
                    .map(name -> JitStress.class.getName() + "$" + name)
                    .toList();

    /** What one generation computes; abstract, so that calls to it are first monomorphic, then not. */
    abstract static class Shape {
        abstract int area(int x);
    }

    static final class Square extends Shape {
        @Override
        int area(final int x) {
            return x * x + 1;
        }
    }

    /** First loaded in the middle of a generation: breaks the assumption that Square is the only Shape. */
    static final class Circle extends Shape {
        @Override
        int area(final int x) {
            return 3 * x * x - 7;
        }
    }

    /** First touched in the middle of a generation: the compiled code that mentions it has to be patched. */
    static final class Late {
        static int counter = 17;
        static final long[] TABLE = new long[64];

        int field = 5;
    }

    /** The entry of a generation. */
    public static final class Work implements Callable<Long> {
        private final StringBuilder text = new StringBuilder();
        private long sum;

        @Override
        public Long call() {
            Shape shape = new Square();
            for (int i = 0; i < CALLS_PER_GENERATION; i++) {
                if (i == CALLS_PER_GENERATION / 2) {
                    shape = new Circle();
                }
                step(shape, i, i > CALLS_PER_GENERATION * 3 / 4);
            }
            return sum;
        }

        private void step(final Shape shape, final int i, final boolean late) {
            sum = sum * 31 + shape.area(i);
            sum += mix(i, x -> x ^ (x >>> 3)) + lines(i);
            if (late) {
                sum += touchLate(i);
            }
            if (i % 64 == 0) {
                sum += thrown(i);
            }
        }

        private static int mix(final int seed, final IntUnaryOperator operator) {
            int x = seed;
            for (int round = 0; round < 12; round++) {
                x = operator.applyAsInt(x * 0x9E3779B9 + round);
            }
            return x;
        }

        private int lines(final int i) {
            text.setLength(0);
            text.append("line ").append(i).append(' ').append(i * 7L);
            return text.toString().hashCode();
        }

        private static long touchLate(final int i) {
            final Late late = new Late();
            late.field += i;
            Late.counter += late.field;
            Late.TABLE[i & 63] += Late.counter;
            return Late.TABLE[(i + 1) & 63] + late.field;
        }

        private static int thrown(final int i) {
            try {
                return 100 / (i % 128);
            } catch (final ArithmeticException e) {
                return -1;
            }
        }
    }

    /** Defines the classes of one generation itself, and takes everything else from its parent. */
    private static final class Generation extends ClassLoader {
        private Generation(final ClassLoader parent) {
            super(parent);
        }

        @Override
        protected Class<?> loadClass(final String name, final boolean resolve)
                throws ClassNotFoundException {
            if (!CLASSES.contains(name)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                final Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(final String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name + ".class")) {
                final byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (final IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private JitStress() {}

    private static long generation() throws Exception {
        final ClassLoader loader = new Generation(JitStress.class.getClassLoader());
        final Class<?> work = loader.loadClass(CLASSES.get(CLASSES.size() - 1));
        @SuppressWarnings("unchecked")
        final Callable<Long> callable =
                (Callable<Long>) work.getDeclaredConstructor().newInstance();
        return callable.call();
    }

    private static int stress(final long expected, final long untilNs) throws Exception {
        int generations = 0;
        while (System.nanoTime() - untilNs < 0) {
            final long actual = generation();
            if (actual != expected) {
                throw new IllegalStateException(
                        "generation=" + generations + " expected=" + expected + " actual=" + actual);
            }
            generations++;
            if (generations % GENERATIONS_PER_COLLECTION == 0) {
                System.gc();
            }
        }
        return generations;
    }

    /** Runs for so many seconds. */
    public static void main(final String[] args) throws Exception {
        final long untilNs = System.nanoTime() + Long.parseLong(args[0]) * 1_000_000_000L;
        final long expected = generation();
        final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        final List<Future<Integer>> results = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            results.add(threads.submit(() -> stress(expected, untilNs)));
        }
        int generations = 0;
        try {
            for (final Future<Integer> result : results) {
                generations += result.get();
            }
        } finally {
            threads.shutdownNow();
        }
        System.out.println("generations=" + generations);
    }
}
