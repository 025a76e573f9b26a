package org.expunge.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CurvePlotTest {
    private static final List<CurvePlot.Point> POINTS =
            List.of(new CurvePlot.Point(0.5, 1), new CurvePlot.Point(1, 0.5));

    private static CurvePlot plot(CurvePlot.Shape shape) {
        return new CurvePlot(
                "a <title>",
                "recall",
                "precision",
                shape,
                new CurvePlot.Ends(0.25, 0.25),
                List.of(new CurvePlot.Line("ours & .75", POINTS), new CurvePlot.Line("random", POINTS)));
    }

    @Test
    void straightLinesJoinThePointsFromTheOrigin() {
        String svg = plot(CurvePlot.Shape.STRAIGHT).svg();

        // The axes are 380 by 260 pixels, from (58, 12).
        assertThat(svg)
                .contains("points=\"58.0,272.0 248.0,12.0 438.0,142.0\"")
                .contains("points=\"58.0,207.0 438.0,207.0\"");
    }

    @Test
    void stepsHoldEachValueFromThePointBefore() {
        String svg = plot(CurvePlot.Shape.STEP).svg();

        assertThat(svg).contains("points=\"58.0,12.0 248.0,12.0 248.0,142.0 438.0,142.0\"");
    }

    @Test
    void linesAreToldApartWithoutColourAndTextsAreEscaped() {
        String svg = plot(CurvePlot.Shape.STEP).svg();

        assertThat(svg)
                .contains("stroke-dasharray=\"none\"", "stroke-dasharray=\"8 3\"", "stroke-dasharray=\"3 3\"")
                .contains("<title>a &lt;title&gt;</title>", ">ours &amp; .75</text>", ">chance</text>")
                .contains(">recall</text>", ">precision</text>");
    }

    @Test
    void whatCannotBeDrawnIsRefused() {
        assertThatThrownBy(() -> new CurvePlot.Point(0.5, 1.5))
                .hasMessage("point (0.5, 1.5) lies outside of the unit square");
        assertThatThrownBy(() -> new CurvePlot.Line("ours", List.of())).hasMessage("curve 'ours' has no point");
        assertThatThrownBy(
                        () -> new CurvePlot("t", "x", "y", CurvePlot.Shape.STEP, new CurvePlot.Ends(0, 1), List.of()))
                .hasMessage("there must be 1 to 10 curves, got 0");
    }
}
