package io.geminid.architecture;

/** A place that breaks a rule, and what to do about it. */
record Violation(String path, int line, String what, String fix) {
    @Override
    public String toString() {
        return path + ":" + line + ": " + what + "\n    fix: " + fix;
    }
}
