package io.geminid.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The outline finds what a person would find in formatted code. */
class JavaOutlineTest {
    private static final String SOURCE =
            """
            package p;

            /** Not a { brace. */
            @SuppressWarnings({"a", "b"})
            public final class A<T extends Comparable<T>> {
                private static final int[] N = {1, 2};
                private final Runnable r =
                        new Runnable() {
                            @Override
                            public void run() {
                                if (new Object().equals("}")) {
                                    call(1, 2, 3, 4, 5, 6);
                                }
                            }
                        };

                static {
                    call();
                }

                A(final int a, final Map<String, List<Integer>> b) {
                    this.x = () -> { return 1; };
                }

                public <U> Map<U, T> both(
                        final U u,
                        final T t)
                        throws Exception {
                    for (int i = 0; i < 3; i++) {
                        call('{', "\\"{");
                    }
                    return null;
                }

                enum E {
                    ONE(1) {
                        int f() { return 1; }
                    },
                    TWO(2);

                    E(final int x) {}

                    int f() { return 2; }
                }

                public record R(int a, int b, int c, int d, int e, int f) {
                    public R {
                        check(a);
                    }
                }

                interface I {
                    int g(@X(y = 1) int a, int b);

                    default void h() {}
                }
            }

            class B {}
            """;

    private final JavaOutline outline = new JavaOutline(new SourceFile("m/A.java", SOURCE));

    @Test
    void types() {
        assertThat(outline.types().stream().map(t -> t.name() + ":" + t.line()))
                .containsExactly("A:5", "E:35", "R:46", "I:52", "B:59");
        assertThat(outline.types().stream().filter(JavaOutline.Type::isTopLevel)).hasSize(2);
        assertThat(outline.types().stream().filter(JavaOutline.Type::isPublic)).hasSize(2);
        assertThat(outline.types().stream().filter(JavaOutline.Type::hasJavadoc)).hasSize(1);
    }

    @Test
    void methods() {
        final List<String> found =
                outline.methods().stream()
                        .map(
                                m ->
                                        m.name()
                                                + "/"
                                                + m.parameterCount()
                                                + " "
                                                + m.line()
                                                + "+"
                                                + m.lineCount())
                        .toList();
        assertThat(found)
                .containsExactly(
                        "run/0 10+5",
                        "A/2 21+3",
                        "both/2 25+9",
                        "E/1 41+1",
                        "f/0 43+1",
                        "R/0 47+3",
                        "g/2 53+1",
                        "h/0 55+1");
    }
}
