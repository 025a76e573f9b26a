package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FactorsCommandTest {
    @TempDir
    private static Path folder;

    private static Path run = Path.of("run");

    @BeforeAll
    static void train() {
        run = TinyRun.train(folder.resolve("run"));
    }

    private static CommandRun factors(String words, String name, Object... more) {
        Object[] all = Stream.of(
                        new Object[] {"factors"},
                        words.split(" "),
                        new Object[] {"--run", run, "--quiet", "--out", folder.resolve(name)},
                        more)
                .flatMap(Stream::of)
                .toArray();
        return CommandRun.of(all);
    }

    private static CommandRun influence(String words, String name, Object... more) {
        Object[] all = Stream.of(
                        new Object[] {"influence", "--run", run, "--all", "--quiet", "--method"},
                        words.split(" "),
                        new Object[] {"--out", folder.resolve(name)},
                        more)
                .flatMap(Stream::of)
                .toArray();
        return CommandRun.of(all);
    }

    @Test
    void storedFactorsScoreAsFittedOnesDo() throws IOException {
        assertThat(factors("fit --curvature ekfac", "ekfac").out())
                .contains("curvature           ekfac", "[0:210] of 210", "100.0 %");
        Path stored = folder.resolve("ekfac");

        influence("influence-function", "fitted");
        CommandRun scored = influence("influence-function", "stored", "--factors", stored);

        assertThat(scored.code()).isEqualTo(ExitCodes.OK);
        assertThat(folder.resolve("stored/scores.npy")).hasSameBinaryContentAs(folder.resolve("fitted/scores.npy"));
        assertThat(influence(
                                "influence-function --curvature gauss-newton --iterations 2",
                                "preconditioned",
                                "--factors",
                                stored)
                        .out())
                .contains("preconditioner      ekfac");
        assertThat(influence("influence-function --curvature kfac", "none", "--factors", stored)
                        .err())
                .contains("holds factors of the kind ekfac, not kfac");
        assertThat(influence("influence-function --label-mode sampled", "none", "--factors", stored)
                        .err())
                .contains("--label-mode does not apply");
        assertThat(influence("influence-function --damping evidence", "none", "--factors", stored)
                        .err())
                .contains("leave out --factors");
    }

    @Test
    void partsOfSeveralMachinesAreMerged() {
        assertThat(factors("fit --curvature kfac --rows 0:100", "first").out()).contains("[100:210] are missing");
        factors("fit --curvature kfac --rows 100:210", "rest");

        CommandRun merged = factors("merge", "merged", folder.resolve("rest"), folder.resolve("first"));

        assertThat(merged.code()).isEqualTo(ExitCodes.OK);
        assertThat(merged.out()).contains("[0:210] of 210").doesNotContain("missing");
        assertThat(CommandRun.of("factors", "show", folder.resolve("merged")).out())
                .contains("Intact:", "kfac");
        assertThat(influence("influence-function", "none", "--factors", folder.resolve("first"))
                        .err())
                .contains("100:210");
    }

    @Test
    void factorsThatCannotBeFittedAreNamed() {
        assertThat(factors("fit --curvature hessian", "none").err()).contains("--curvature hessian has no factors");
        assertThat(factors("fit --curvature kfac --rank 3", "none").err())
                .contains("--rank does not apply to --curvature kfac");
        assertThat(factors("fit --rows 7", "none").err()).contains("a range of rows is FROM:TO");
        assertThat(factors("fit --rows 9:9", "none").code()).isEqualTo(ExitCodes.USAGE);
    }
}
