package io.geminid.architecture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A text file of the checkout, and for Java its code without comments and literals. */
final class SourceFile {
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package\\s+([\\w.]+)\\s*;");

    private final String path;
    private final String text;
    private final String code;
    private final int[] lineStarts;
    private JavaOutline outline;

    SourceFile(final String path, final String text) {
        this.path = path;
        this.text = text;
        this.code = isJava() ? blankCommentsAndLiterals(text) : "";
        this.lineStarts =
                IntStream.range(0, text.length() + 1)
                        .filter(i -> i == 0 || text.charAt(i - 1) == '\n')
                        .toArray();
    }

    /** From the root of the checkout, with slashes. */
    String path() {
        return path;
    }

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    String text() {
        return text;
    }

    /** As long as {@link #text()}; comments, strings and characters are spaces. */
    String code() {
        return code;
    }

    boolean isJava() {
        return path.endsWith(".java");
    }

    /** The directory with the sources, or the one under the root. */
    String module() {
        final int sources = path.indexOf("/src/");
        final int slash = sources < 0 ? path.indexOf('/') : sources;
        return slash < 0 ? "" : path.substring(0, slash);
    }

    boolean isMain() {
        return isJava() && path.startsWith(module() + "/src/main/");
    }

    boolean isTest() {
        return isJava() && path.startsWith(module() + "/src/test/");
    }

    String packageName() {
        final Matcher matcher = PACKAGE.matcher(code);
        return matcher.find() ? matcher.group(1) : "";
    }

    int lineCount() {
        return (int) text.lines().count();
    }

    int lineAt(final int offset) {
        final int found = Arrays.binarySearch(lineStarts, offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** Types and methods; made once, as several rules ask. */
    JavaOutline outline() {
        if (outline == null) {
            outline = new JavaOutline(this);
        }
        return outline;
    }

    /** Every match of the pattern in the code (Java) or the text (other files). */
    List<Match> find(final Pattern pattern) {
        return find(pattern, isJava() ? code : text);
    }

    /** Every match of the pattern, also in comments and literals. */
    List<Match> findInText(final Pattern pattern) {
        return find(pattern, text);
    }

    private List<Match> find(final Pattern pattern, final String where) {
        final List<Match> matches = new ArrayList<>();
        final Matcher matcher = pattern.matcher(where);
        while (matcher.find()) {
            matches.add(new Match(matcher.group(), lineAt(matcher.start())));
        }
        return matches;
    }

    record Match(String text, int line) {}

    private static String blankCommentsAndLiterals(final String text) {
        final StringBuilder out = new StringBuilder(text);
        int at = 0;
        while (at < text.length()) {
            final int end = endOfBlank(text, at);
            for (int i = at; i < end; i++) {
                if (text.charAt(i) != '\n') {
                    out.setCharAt(i, ' ');
                }
            }
            at = Math.max(end, at + 1);
        }
        return out.toString();
    }

    /** Where the comment or literal that starts at {@code at} ends; {@code at} when none does. */
    private static int endOfBlank(final String text, final int at) {
        if (text.startsWith("//", at)) {
            return endAfter(text, "\n", at);
        }
        if (text.startsWith("/*", at)) {
            return endAfter(text, "*/", at + 2);
        }
        if (text.startsWith("\"\"\"", at)) {
            int end = endAfter(text, "\"\"\"", at + 3);
            while (end < text.length() && text.charAt(end - 4) == '\\') {
                end = endAfter(text, "\"\"\"", end);
            }
            return end;
        }
        final char quote = text.charAt(at);
        if (quote != '"' && quote != '\'') {
            return at;
        }
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != quote && text.charAt(end) != '\n') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        return Math.min(end + 1, text.length());
    }

    private static int endAfter(final String text, final String what, final int from) {
        final int found = text.indexOf(what, from);
        return found < 0 ? text.length() : found + what.length();
    }
}
