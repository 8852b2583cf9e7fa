package io.geminid.testing;

import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A fresh seed for each test, and the one-line command that repeats a failure.
 *
 * <pre>{@code
 * @RegisterExtension final Seed seed = new Seed();
 * }</pre>
 *
 * <p>{@code -Dgeminid.test.seed=N} gives every test the seed N. For a test's own thread; threads
 * get a {@link #fork} each.
 */
public final class Seed implements BeforeEachCallback, AfterEachCallback {
    /** The property that fixes the seed. */
    public static final String PROPERTY = "geminid.test.seed";

    private long value = fresh();
    private Random random = new Random(value);

    /** Makes a seed; it changes before each test. */
    public Seed() {}

    /**
     * The seed of this test.
     *
     * @return what {@link #PROPERTY} must be to repeat it
     */
    public long value() {
        return value;
    }

    /**
     * The source of all randomness of this test.
     *
     * @return the same object throughout a test
     */
    public Random random() {
        return random;
    }

    /**
     * A source of its own for a thread.
     *
     * @return seeded by the next value of {@link #random}
     */
    public Random fork() {
        return new Random(random.nextLong());
    }

    @Override
    public void beforeEach(final ExtensionContext context) {
        value = fresh();
        random = new Random(value);
    }

    @Override
    public void afterEach(final ExtensionContext context) {
        final Optional<Throwable> failure = context.getExecutionException();
        if (failure.isPresent()) {
            final String test =
                    context.getRequiredTestClass().getName()
                            + "#"
                            + context.getTestMethod().map(method -> method.getName()).orElse("*");
            final String hint = "repeat with: " + command(TestedModule.name(), test, value);
            failure.get().addSuppressed(new Hint(hint));
            System.err.println(hint);
        }
    }

    static String command(final String module, final String test, final long seed) {
        return "./mvnw -pl "
                + module
                + " -am test -Dtest='"
                + test
                + "' -Dsurefire.failIfNoSpecifiedTests=false -D"
                + PROPERTY
                + "="
                + seed;
    }

    private static long fresh() {
        final String fixed = System.getProperty(PROPERTY, "");
        return fixed.isEmpty()
                ? ThreadLocalRandom.current().nextLong(1L << 48)
                : Long.parseLong(fixed);
    }

    /** Carries a line into the stack trace of a failure. */
    private static final class Hint extends Throwable {
        private static final long serialVersionUID = 1L;

        private Hint(final String message) {
            super(message, null, false, false);
        }
    }
}
