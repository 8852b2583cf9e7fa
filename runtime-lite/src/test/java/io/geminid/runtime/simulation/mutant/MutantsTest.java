package io.geminid.runtime.simulation.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mutants still fit the product, and scenarios do kill. */
class MutantsTest {

    private static final String SEEDS_MAX = "300";

    /** Tests run in the module's directory. */
    private final Path root = Path.of("").toAbsolutePath().getParent();

    @TempDir Path classes;

    @Test
    void everyMutantAppliesAndCompiles() throws IOException {
        final List<Mutant> all = Mutant.all();
        assertThat(all).hasSizeGreaterThanOrEqualTo(25);
        final MutantCompiler compiler = new MutantCompiler(root);
        for (final Mutant mutant : all) {
            compiler.compile(mutant, Files.createDirectory(classes.resolve(mutant.name())));
        }
    }

    @Test
    void aMutantIsKilled() throws IOException, InterruptedException {
        final Mutant largest =
                Mutant.all().stream()
                        .filter(each -> each.name().equals("watermark-is-largest"))
                        .findFirst()
                        .orElseThrow();
        assertThat(MutantCampaign.finds(root, largest, SEEDS_MAX)).contains("seed=");
    }
}
