package io.geminid.config;

/**
 * A property that nobody declared or whose value cannot be used. The message names key, value and
 * range, so that it can be shown to a user as it is.
 */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message names key, value and range
     */
    public ConfigException(final String message) {
        super(message);
    }
}
