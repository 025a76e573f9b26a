package org.expunge.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class GroupedBarsTest {
    private static GroupedBars chart(Double... shares) {
        return new GroupedBars(
                "Accuracy <b>",
                List.of("before", "after"),
                List.of(new GroupedBars.Group("test & rows", List.of(shares))));
    }

    @Test
    void barsAreAsHighAsTheirShares() {
        String svg = chart(0.5, 1.0).svg();

        assertThat(svg)
                .contains("height=\"80.0\" fill=\"#4477aa\"", "height=\"160.0\" fill=\"#ee6677\"")
                .contains(">50.0</text>", ">100.0</text>", ">before</text>", ">after</text>");
    }

    @Test
    void whatIsNotKnownHasNoBar() {
        assertThat(chart(Double.NaN, 0.25).svg()).doesNotContain("NaN").contains(">-</text>", ">25.0</text>");
    }

    @Test
    void textsAreEscaped() {
        assertThat(chart(0.0, 0.0).svg())
                .contains("Accuracy &lt;b&gt;", "test &amp; rows")
                .doesNotContain("<b>");
    }

    @Test
    void wrongSharesAndCountsAreRefused() {
        assertThatThrownBy(() -> chart(0.5, 1.1)).hasMessage("share must be in [0, 1]: 1.1");
        assertThatThrownBy(() -> chart(0.5)).hasMessage("group test & rows has 1 bars for 2 series");
        assertThatThrownBy(() -> new GroupedBars("empty", List.of("a"), List.of()))
                .hasMessage("a chart needs a group");
    }
}
