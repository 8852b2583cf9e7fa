package io.geminid.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One property that a component reads: its name, default, unit, range and what it is for. Keys are
 * constants of the component; the table of the component's README is compared with them by a test.
 *
 * <p>Immutable; any thread.
 *
 * @param <T> what the value is once parsed: {@code Long} for bytes, {@link Duration}, {@code
 *     Integer}, {@code Double}, {@code Boolean}, {@code String} or an enum
 */
public final class ConfigKey<T> {
    /** What every name begins with. */
    public static final String NAMESPACE = "geminid.";

    private static final Pattern NAME = Pattern.compile("geminid(\\.[a-z][a-z0-9-]*){1,5}");

    private final String name;
    private final String defaultText;
    private final String unit;
    private final String range;
    private final String doc;
    private final Function<String, T> parser;

    private ConfigKey(
            final String name, final String defaultText, final Values<T> values, final String doc) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name=" + name + " must match " + NAME);
        }
        this.name = name;
        this.defaultText = Objects.requireNonNull(defaultText, "defaultText");
        this.unit = values.unit;
        this.range = values.range;
        this.doc = Objects.requireNonNull(doc, "doc");
        this.parser = values.parser;
        parse(defaultText);
    }

    private record Values<T>(String unit, String range, Function<String, T> parser) {}

    /**
     * A size in bytes, written as {@code 4096}, {@code 32kb}, {@code 4mb} or {@code 2gb} (powers of
     * 1024).
     *
     * @param name the property
     * @param defaultText the default, as a user would write it
     * @param minBytes the smallest value allowed
     * @param maxBytes the largest value allowed
     * @param doc what it is for, one sentence
     * @return the key
     */
    public static ConfigKey<Long> bytes(
            final String name,
            final String defaultText,
            final long minBytes,
            final long maxBytes,
            final String doc) {
        final String range = Units.bytesText(minBytes) + ".." + Units.bytesText(maxBytes);
        return new ConfigKey<>(
                name,
                defaultText,
                new Values<>(
                        "bytes",
                        range,
                        text -> inRange(Units.parseBytes(text), minBytes, maxBytes)),
                doc);
    }

    /**
     * A time, written as {@code 500us}, {@code 20ms}, {@code 5s}, {@code 2min} or {@code 1h}; a
     * bare number is refused.
     *
     * @param name the property
     * @param defaultText the default, as a user would write it
     * @param min the shortest allowed
     * @param max the longest allowed
     * @param doc what it is for, one sentence
     * @return the key
     */
    public static ConfigKey<Duration> duration(
            final String name,
            final String defaultText,
            final Duration min,
            final Duration max,
            final String doc) {
        final String range = Units.durationText(min) + ".." + Units.durationText(max);
        return new ConfigKey<>(
                name,
                defaultText,
                new Values<>("time", range, text -> inRange(Units.parseDuration(text), min, max)),
                doc);
    }

    /**
     * A whole number.
     *
     * @param name the property
     * @param defaultValue the default
     * @param min the smallest value allowed
     * @param max the largest value allowed
     * @param doc what it is for, one sentence
     * @return the key
     */
    public static ConfigKey<Integer> integer(
            final String name,
            final int defaultValue,
            final int min,
            final int max,
            final String doc) {
        return new ConfigKey<>(
                name,
                Integer.toString(defaultValue),
                new Values<>(
                        "count",
                        min + ".." + max,
                        text -> inRange(Integer.valueOf(text), min, max)),
                doc);
    }

    /**
     * A fraction or factor.
     *
     * @param name the property
     * @param defaultValue the default
     * @param min the smallest value allowed
     * @param max the largest value allowed
     * @param doc what it is for, one sentence
     * @return the key
     */
    public static ConfigKey<Double> decimal(
            final String name,
            final double defaultValue,
            final double min,
            final double max,
            final String doc) {
        return new ConfigKey<>(
                name,
                Double.toString(defaultValue),
                new Values<>(
                        "number",
                        min + ".." + max,
                        text -> inRange(Double.valueOf(text), min, max)),
                doc);
    }

    /**
     * {@code true} or {@code false}.
     *
     * @param name the property
     * @param defaultValue the default
     * @param doc what it is for, one sentence
     * @return the key
     */
    public static ConfigKey<Boolean> flag(
            final String name, final boolean defaultValue, final String doc) {
        return new ConfigKey<>(
                name,
                Boolean.toString(defaultValue),
                new Values<>("flag", "true|false", ConfigKey::parseFlag),
                doc);
    }

    /**
     * One constant of an enum, written in lower case with {@code -} for {@code _}.
     *
     * @param <E> the enum
     * @param name the property
     * @param defaultValue the default
     * @param doc what it is for, one sentence
     * @return the key
     */
    public static <E extends Enum<E>> ConfigKey<E> choice(
            final String name, final E defaultValue, final String doc) {
        final E[] constants = defaultValue.getDeclaringClass().getEnumConstants();
        final String range =
                String.join("|", Arrays.stream(constants).map(ConfigKey::choiceText).toList());
        final Function<String, E> parser =
                text ->
                        Arrays.stream(constants)
                                .filter(constant -> choiceText(constant).equals(text))
                                .findFirst()
                                .orElseThrow(IllegalArgumentException::new);
        return new ConfigKey<>(
                name, choiceText(defaultValue), new Values<>("choice", range, parser), doc);
    }

    /**
     * Any text, such as a path or a host. The default may be empty, which stands for "not set".
     *
     * @param name the property
     * @param defaultText the default
     * @param doc what it is for, one sentence
     * @return the key
     */
    public static ConfigKey<String> text(
            final String name, final String defaultText, final String doc) {
        return new ConfigKey<>(name, defaultText, new Values<>("text", "any", text -> text), doc);
    }

    /**
     * The property's full name.
     *
     * @return begins with {@value #NAMESPACE}
     */
    public String name() {
        return name;
    }

    /**
     * The default as a user would write it.
     *
     * @return never null
     */
    public String defaultText() {
        return defaultText;
    }

    /**
     * What the value counts: {@code bytes}, {@code time}, {@code count}, {@code number}, {@code
     * flag}, {@code choice} or {@code text}.
     *
     * @return one word
     */
    public String unit() {
        return unit;
    }

    /**
     * The values allowed, as {@code min..max} or {@code a|b|c}.
     *
     * @return never null
     */
    public String range() {
        return range;
    }

    /**
     * What the property is for.
     *
     * @return one sentence
     */
    public String doc() {
        return doc;
    }

    /**
     * Reads a value of this key.
     *
     * @param text as the user wrote it; blanks around it are ignored
     * @return the value
     * @throws ConfigException when it cannot be read or is out of range; names key, value and range
     */
    public T parse(final String text) {
        try {
            return parser.apply(text.trim());
        } catch (final IllegalArgumentException | ArithmeticException e) {
            throw new ConfigException(name + "=" + text + " is not in " + unit + " range=" + range);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    private static String choiceText(final Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Boolean parseFlag(final String text) {
        return switch (text) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static <C extends Comparable<C>> C inRange(final C value, final C min, final C max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException();
        }
        return value;
    }
}
