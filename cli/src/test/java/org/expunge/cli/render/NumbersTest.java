package org.expunge.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NumbersTest {
    @Test
    void sharesBecomePercentages() {
        assertThat(Numbers.percent(0.98765)).isEqualTo("98.8 %");
        assertThat(Numbers.percent(Double.NaN)).isEqualTo("-");
    }

    @Test
    void smallAndLargeNumbersKeepTheirDigits() {
        assertThat(Numbers.decimal(0)).isEqualTo("0.000");
        assertThat(Numbers.decimal(-1.23456)).isEqualTo("-1.235");
        assertThat(Numbers.decimal(1.234e-5)).isEqualTo("1.23e-05");
        assertThat(Numbers.decimal(Double.NaN)).isEqualTo("-");
    }
}
