package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.io.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpectrumCommandTest {
    @TempDir
    private static Path folder;

    private static Path run = Path.of("run");

    @BeforeAll
    static void train() {
        run = TinyRun.train(folder.resolve("run"));
    }

    private static CommandRun spectrum(Object... more) {
        return of(Stream.concat(Stream.of("--rows", 50, "--steps", 30), Stream.of(more)));
    }

    private static CommandRun of(Stream<Object> more) {
        Stream<Object> words = Stream.of("spectrum", "--run", run, "--probes", 2, "--threads", 1);
        return CommandRun.of(Stream.concat(words, more).toArray());
    }

    @ParameterizedTest
    @CsvSource({"hessian,hessian", "gauss-newton,gauss-newton", "fisher,empirical-fisher"})
    void showsTheEigenvaluesOfEachCurvature(String name, String shown) throws IOException {
        CommandRun text = spectrum("--operator", name, "--top", 3);
        JsonNode json =
                spectrum("--operator", name, "--top", 3, "--format", "json").json();

        assertThat(text.code()).isEqualTo(ExitCodes.OK);
        assertThat(text.out()).contains("Spectrum of the " + shown, "over 50 rows", "trace", "residual");
        assertThat(json.get("operator").textValue()).isEqualTo(shown);
        assertThat(json.get("spectrum").get("largest")).hasSize(3);
        double count = 0;
        for (JsonNode range : json.get("sizes")) {
            count += range.get("count").doubleValue();
        }
        assertThat(count).isCloseTo(json.get("spectrum").get("dimension").intValue(), within(1e-6));
    }

    @Test
    void writesWhatItShowsAndAPicture() throws IOException {
        Path out = folder.resolve("spectrum");

        JsonNode shown = spectrum("--out", out, "--format", "json").json();

        JsonNode written = Json.read(out.resolve("spectrum.json"), JsonNode.class);
        assertThat(written).isEqualTo(shown);
        assertThat(Files.readString(out.resolve("spectrum.svg")))
                .startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\"")
                .contains("gauss-newton of 50 rows", "near 0")
                .endsWith("</svg>\n");
        assertThat(spectrum("--out", out).code()).isEqualTo(ExitCodes.INPUT_OUTPUT);
    }

    @Test
    void theSeedDecidesTheRowsAndProbes() {
        assertThat(spectrum("--seed", 3).out()).isEqualTo(spectrum("--seed", 3).out());
        assertThat(spectrum("--seed", 3).out())
                .isNotEqualTo(spectrum("--seed", 4).out());
    }

    @Test
    void allRowsAreTakenIfNoNumberIsGiven() {
        CommandRun all = CommandRun.of("spectrum", "--run", run, "--steps", 2, "--probes", 1, "--quiet");

        assertThat(all.out()).contains("over 210 rows", "damping by training length");
    }

    @Test
    void oneRowAndOneStepTooFewAreAnswered() {
        assertThat(of(Stream.of("--rows", 1)).code()).isEqualTo(ExitCodes.OK);
        assertThat(of(Stream.of("--rows", 0)).err()).contains("--rows must be at least 1, got 0");
        assertThat(of(Stream.of("--steps", 1)).code()).isEqualTo(ExitCodes.USAGE);
        assertThat(spectrum("--operator", "jacobian").err())
                .contains("--operator must be one of hessian, gauss-newton, empirical-fisher, got jacobian");
    }
}
