package org.expunge.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class HistogramTest {
    @Test
    void countsEachGroupInSharesOfItselfAndMarksTheThreshold() {
        String svg = new Histogram(
                        "tails",
                        "heaviness",
                        12,
                        List.of(
                                new Histogram.Group("clean", List.of(0.0, 0.5, 24.0, 13.0)),
                                new Histogram.Group("inputs", List.of(24.0))))
                .svg();

        // 24 bins of 22 pixels from x = 58, two bars of 10 pixels each; 200 pixels stand for the largest share, 1.
        assertThat(svg)
                .contains("<rect x=\"59.0\" y=\"112.0\" width=\"10.0\" height=\"100.0\" fill=\"#777777\"/>")
                .contains("<rect x=\"345.0\" y=\"162.0\" width=\"10.0\" height=\"50.0\" fill=\"#777777\"/>")
                .contains("<rect x=\"575.0\" y=\"12.0\" width=\"10.0\" height=\"200.0\" fill=\"#4477aa\"/>")
                .contains("x1=\"322.0\" y1=\"12.0\" x2=\"322.0\" y2=\"212.0\" stroke=\"#1a1a1a\"")
                .contains("clean: 2 of 4 above the threshold", "inputs: 1 of 1 above the threshold")
                .contains("threshold 12.000<")
                .doesNotContain("last bin");
    }

    @Test
    void whatLiesFarAboveStandsInTheLastBin() {
        String svg = new Histogram("t", "x", 1, List.of(new Histogram.Group("a", List.of(0.0, 1000.0)))).svg();

        assertThat(svg)
                .contains("the last bin holds all that lies above 4.000", ">4.00</text>")
                .contains("<rect x=\"565.0\" y=\"12.0\" width=\"20.0\" height=\"200.0\"");
    }

    @Test
    void numbersThatAreAllEqualAreDrawn() {
        assertThat(new Histogram("t", "x", 3, List.of(new Histogram.Group("a", List.of(3.0, 3.0)))).svg())
                .contains("a: 0 of 2 above")
                .doesNotContain("NaN");
    }

    @Test
    void whatCannotBeDrawnIsRefused() {
        assertThatThrownBy(() -> new Histogram.Group("a", List.of())).hasMessage("group 'a' has no number");
        assertThatThrownBy(() -> new Histogram.Group("a", List.of(Double.NaN))).hasMessageContaining("not finite");
        assertThatThrownBy(() -> new Histogram("t", "x", 0, List.of()))
                .hasMessage("there must be 1 to 4 groups, got 0");
    }
}
