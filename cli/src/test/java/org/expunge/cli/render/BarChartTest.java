package org.expunge.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

final class BarChartTest {
    private static NodeList bars(BarChart chart) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(chart.svg())))
                .getElementsByTagName("rect");
    }

    private static double height(NodeList bars, int bar) {
        return Double.parseDouble(
                bars.item(bar + 1).getAttributes().getNamedItem("height").getNodeValue());
    }

    @Test
    void heightsAreLogarithmsOfCounts() throws Exception {
        NodeList bars = bars(new BarChart(
                "counts", List.of(new BarChart.Bar("a", 0), new BarChart.Bar("b", 9), new BarChart.Bar("c", 99))));

        assertThat(height(bars, 0)).isZero();
        assertThat(height(bars, 1)).isEqualTo(108);
        assertThat(height(bars, 2)).isEqualTo(216);
    }

    @Test
    void textIsEscapedAndAnEmptyChartIsFlat() throws Exception {
        BarChart chart = new BarChart("a < b & c", List.of(new BarChart.Bar("<1>", 0)));

        assertThat(height(bars(chart), 0)).isZero();
        assertThat(chart.svg()).contains("a &lt; b &amp; c").doesNotContain("NaN");
    }

    @Test
    void refusesNoBarsAndCountsBelowZero() {
        assertThatThrownBy(() -> new BarChart("none", List.of())).hasMessageContaining("bar");
        assertThatThrownBy(() -> new BarChart.Bar("a", -1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> new BarChart.Bar("a", Double.NaN)).hasMessageContaining("NaN");
    }
}
