package org.expunge.influence.curvature.kronecker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Factors from sums over parts of the rows. */
class KroneckerSumsTest {
    private static final int ROWS = 23;

    @ParameterizedTest
    @EnumSource(LabelMode.class)
    void sumsOfPartsInAnyOrderGiveTheFactorsOfAllRows(LabelMode labels) {
        Kfac.Options options = new Kfac.Options(labels, PositionScaling.KFC, 5, 2);
        for (Model model : new Model[] {SmallProblems.dense(1), SmallProblems.convolutional(2)}) {
            Dataset data = SmallProblems.rows(model, ROWS, 7);
            try (Engine engine = SmallProblems.reference(2, 4)) {
                Ekfac whole = Ekfac.fit(engine, model, data, options);
                RowSums last = Kfac.sums(engine, model, data, new RowRange(9, ROWS), options);
                RowSums first = Kfac.sums(engine, model, data, new RowRange(0, 9), options);
                Kfac kfac = Kfac.of(engine.compute(), model.network(), options, last.plus(first));
                RowSums corrections = Ekfac.sums(engine, model, data, new RowRange(20, ROWS), whole.factors())
                        .plus(Ekfac.sums(engine, model, data, new RowRange(0, 20), whole.factors()));
                Ekfac ekfac = Ekfac.of(whole.factors(), corrections);

                for (String layer : kfac.layers()) {
                    assertSame(kfac.inputFactor(layer), whole.factors().inputFactor(layer));
                    assertSame(kfac.outputFactor(layer), whole.factors().outputFactor(layer));
                    assertSame(ekfac.eigenvalues(layer), whole.eigenvalues(layer));
                }
            }
        }
    }

    @Test
    void refusesSumsOfAnotherNetworkAndSumsOfNothing() {
        Model model = SmallProblems.dense(1);
        Model other = SmallProblems.convolutional(1);
        Dataset data = SmallProblems.rows(other, 4, 7);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            RowSums sums = Kfac.sums(engine, other, data, RowRange.of(data), Kfac.Options.DEFAULT);
            RowSums none = Kfac.sums(engine, other, data, new RowRange(2, 2), Kfac.Options.DEFAULT);

            assertThatThrownBy(() -> Kfac.of(engine.compute(), model.network(), Kfac.Options.DEFAULT, sums))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Kfac.of(engine.compute(), other.network(), Kfac.Options.DEFAULT, none))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no rows");
        }
    }

    private static void assertSame(double[] actual, double[] expected) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertThat(actual).containsExactly(expected, within(1e-12 * largest));
    }
}
