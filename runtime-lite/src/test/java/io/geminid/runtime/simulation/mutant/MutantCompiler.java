package io.geminid.runtime.simulation.mutant;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles a mutant against the class path of this process. */
final class MutantCompiler {

    private final Path root;
    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();

    /**
     * @param root the project's directory
     */
    MutantCompiler(final Path root) {
        this.root = root;
    }

    /**
     * Writes the classes of a mutant.
     *
     * @param mutant which
     * @param target directory that becomes the first of a class path
     * @throws IOException if it does not apply or does not compile
     */
    void compile(final Mutant mutant, final Path target) throws IOException {
        final String source = mutant.source(root);
        final JavaFileObject file =
                new SimpleJavaFileObject(
                        URI.create("string:///" + mutant.className().replace('.', '/') + ".java"),
                        JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(final boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        final StringWriter said = new StringWriter();
        final boolean compiled =
                compiler.getTask(
                                said,
                                null,
                                null,
                                List.of(
                                        "-proc:none",
                                        "-nowarn",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        "-d",
                                        target.toString()),
                                null,
                                List.of(file))
                        .call();
        if (!compiled) {
            throw new IOException("mutant=" + mutant.name() + " does not compile: " + said);
        }
    }
}
