package org.expunge.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class IntervalPlotTest {
    @Test
    void drawsAValueItsIntervalAndTheReference() {
        String svg = new IntervalPlot("AUC", 0.5, List.of(new IntervalPlot.Point("before", 0.75, 0.5, 1))).svg();

        assertThat(svg)
                .contains("<circle cx=\"415.0\"", "x1=\"340.0\" y1=\"25.0\" x2=\"490.0\" y2=\"25.0\"")
                .contains("x1=\"340.0\" y1=\"12.0\" x2=\"340.0\" y2=\"38.0\" stroke=\"#888888\"")
                .contains(">before</text>", ">0.750</text>");
    }

    @Test
    void aValueWithoutAnIntervalIsADot() {
        String svg = new IntervalPlot(
                        "AUC", 0.5, List.of(new IntervalPlot.Point("before", 0.5, Double.NaN, Double.NaN)))
                .svg();

        assertThat(svg).doesNotContain("NaN", "#4477aa\" stroke-width").contains("<circle");
    }

    @Test
    void wrongValuesAreRefused() {
        assertThatThrownBy(() -> new IntervalPlot.Point("x", Double.NaN, 0, 1))
                .hasMessage("value must be in [0, 1], got NaN");
        assertThatThrownBy(() -> new IntervalPlot("none", 0.5, List.of())).hasMessage("a plot needs a point");
    }
}
