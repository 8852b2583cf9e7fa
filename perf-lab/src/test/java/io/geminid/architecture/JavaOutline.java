package io.geminid.architecture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The types and methods of a Java file, found by its braces.
 *
 * <p>Approximate: it knows what a declaration looks like in formatted code, not the grammar.
 */
final class JavaOutline {
    private static final Pattern TYPE =
            Pattern.compile("(?:^|\\s)(class|interface|enum|record|@interface)\\s+(\\w+)");
    private static final Pattern ANONYMOUS = Pattern.compile("\\bnew\\s+[\\w.]+[^;=]*\\)$");
    private static final Pattern STATEMENT =
            Pattern.compile("^(?:if|for|while|switch|try|catch|synchronized|else|do)\\b");
    private static final Pattern METHOD =
            Pattern.compile("(?s)([\\w>\\]?.]\\s+)?\\b(\\w+)\\s*(\\(.*\\))\\s*(?:throws\\s.*)?$");
    private static final Pattern COMPACT_CONSTRUCTOR =
            Pattern.compile("(?:(?:public|protected|private)\\s+)?(\\w+)");

    /** A type with a name. */
    record Type(String name, boolean isTopLevel, boolean isPublic, boolean hasJavadoc, int line) {}

    /** A method or constructor; without a body it is as long as its signature. */
    record Method(String name, int parameterCount, int line, int lineCount) {}

    /** An open brace. {@code typeName} is null when it opens no type's body. */
    private static final class Frame {
        final String typeName;
        final Method method;
        final int parenthesesOutside;
        int memberStart;

        Frame(final String typeName, final Method method, final int parentheses, final int start) {
            this.typeName = typeName;
            this.method = method;
            this.parenthesesOutside = parentheses;
            this.memberStart = start;
        }
    }

    private final SourceFile file;
    private final String code;
    private final List<Type> types = new ArrayList<>();
    private final List<Method> methods = new ArrayList<>();
    private final Deque<Frame> frames = new ArrayDeque<>();
    private int parentheses;

    JavaOutline(final SourceFile file) {
        this.file = file;
        this.code = file.code();
        scan();
    }

    List<Type> types() {
        return types;
    }

    List<Method> methods() {
        return methods;
    }

    private void scan() {
        frames.push(new Frame("", null, 0, 0)); // the file, as if it were a type's body
        for (int at = 0; at < code.length(); at++) {
            switch (code.charAt(at)) {
                case '(' -> parentheses++;
                case ')' -> parentheses--;
                case ';' -> endOfStatement(at);
                case '{' -> open(at);
                case '}' -> close(at);
                default -> {
                    // part of a token
                }
            }
        }
    }

    private void endOfStatement(final int at) {
        final Frame frame = frames.peek();
        if (parentheses != frame.parenthesesOutside) {
            return; // the header of a for loop
        }
        if (frame.typeName != null) {
            final Method method = methodOf(frame, at);
            if (method != null) {
                methods.add(withEnd(method, at));
            }
        }
        frame.memberStart = at + 1;
    }

    private void open(final int at) {
        final Frame outer = frames.peek();
        final String header = withoutAnnotations(code.substring(outer.memberStart, at)).strip();
        String typeName = null;
        Method method = null;
        if (ANONYMOUS.matcher(header).find() && !STATEMENT.matcher(header).find()) {
            typeName = "";
        } else if (outer.typeName != null && parentheses == outer.parenthesesOutside) {
            final Matcher type = TYPE.matcher(header);
            if (type.find()) {
                typeName = type.group(2);
                addType(outer, header, typeName, at);
            } else {
                method = methodOf(outer, at);
            }
        } else {
            final Matcher local = TYPE.matcher(header);
            typeName = local.find() ? local.group(2) : null;
        }
        frames.push(new Frame(typeName, method, parentheses, at + 1));
    }

    private void close(final int at) {
        if (frames.size() == 1) {
            return;
        }
        final Frame inner = frames.pop();
        if (inner.method != null) {
            methods.add(withEnd(inner.method, at));
        }
        if (parentheses == frames.peek().parenthesesOutside) {
            frames.peek().memberStart = at + 1;
        }
    }

    private void addType(
            final Frame outer, final String header, final String name, final int brace) {
        final String before = file.text().substring(outer.memberStart, brace);
        final Matcher modifiers = Pattern.compile("\\bpublic\\b").matcher(header);
        types.add(
                new Type(
                        name,
                        frames.size() == 1,
                        modifiers.find(),
                        before.contains("/**"),
                        file.lineAt(startOfDeclaration(outer.memberStart, brace))));
    }

    /** The method whose header ends at {@code end}, or null when it is something else. */
    private Method methodOf(final Frame outer, final int end) {
        final String header = withoutAnnotations(code.substring(outer.memberStart, end)).strip();
        if (header.replaceAll("(?s)\\(.*\\)", "").contains("=")) {
            return null;
        }
        final int line = file.lineAt(startOfDeclaration(outer.memberStart, end));
        final Matcher compact = COMPACT_CONSTRUCTOR.matcher(header);
        if (compact.matches() && compact.group(1).equals(outer.typeName)) {
            return new Method(outer.typeName, 0, line, 1);
        }
        final Matcher matcher = METHOD.matcher(header);
        if (!matcher.find() || header.startsWith(",")) {
            return null;
        }
        final String name = matcher.group(2);
        final boolean isConstructor = name.equals(outer.typeName);
        if (!isConstructor && matcher.group(1) == null) {
            return null; // an enum's constant
        }
        return new Method(name, parameterCount(matcher.group(3)), line, 1);
    }

    private Method withEnd(final Method method, final int end) {
        return new Method(
                method.name,
                method.parameterCount,
                method.line,
                file.lineAt(end) - method.line + 1);
    }

    private int startOfDeclaration(final int from, final int end) {
        final String spaced = withoutAnnotations(code.substring(from, end));
        int at = 0;
        while (at < spaced.length() && Character.isWhitespace(spaced.charAt(at))) {
            at++;
        }
        return from + at;
    }

    static int parameterCount(final String inParentheses) {
        final String inner = inParentheses.substring(1, inParentheses.length() - 1).strip();
        if (inner.isEmpty()) {
            return 0;
        }
        int count = 1;
        int depth = 0;
        for (final char c : inner.toCharArray()) {
            if (c == '<' || c == '(' || c == '{') {
                depth++;
            } else if (c == '>' || c == ')' || c == '}') {
                depth--;
            } else if (c == ',' && depth == 0) {
                count++;
            }
        }
        return count;
    }

    /** As long as the text; annotations with their arguments are spaces. */
    private static String withoutAnnotations(final String text) {
        final StringBuilder out = new StringBuilder(text);
        final Matcher matcher = Pattern.compile("@(?!interface\\b)[\\w.]+\\s*").matcher(text);
        int from = 0;
        while (matcher.find(from)) {
            int end = matcher.end();
            if (end < text.length() && text.charAt(end) == '(') {
                end = endOfParentheses(text, end);
            }
            for (int i = matcher.start(); i < end; i++) {
                if (text.charAt(i) != '\n') {
                    out.setCharAt(i, ' ');
                }
            }
            from = end;
        }
        return out.toString();
    }

    private static int endOfParentheses(final String text, final int open) {
        int depth = 0;
        for (int at = open; at < text.length(); at++) {
            if (text.charAt(at) == '(') {
                depth++;
            } else if (text.charAt(at) == ')' && --depth == 0) {
                return at + 1;
            }
        }
        return text.length();
    }
}
