package org.expunge.influence.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;

class WholeInverseTest {
    private static final Model MODEL = SmallProblems.convolutional(1);

    /** Divides by λ, and keeps how many vectors came together. */
    private static final class Division extends WholeInverse {
        private final List<Integer> groups = new ArrayList<>();

        Division(double damping) {
            super("division", MODEL.network(), damping, Map.of("setting", "value"));
        }

        @Override
        protected void multiply(double[][] v, double[][] to) {
            groups.add(v.length);
            for (int k = 0; k < v.length; k++) {
                double[] vector = v[k];
                Arrays.setAll(to[k], i -> vector[i] / damping());
            }
        }
    }

    @Test
    void vectorsComeInGroupsAndNoneIsForgotten() {
        Division inverse = new Division(0.5);
        double[][] v = new double[37][inverse.dimension()];
        double[][] to = new double[37][inverse.dimension()];
        for (int k = 0; k < v.length; k++) {
            Arrays.fill(v[k], k);
        }

        inverse.applyAll(v, to);

        assertThat(inverse.groups.stream().mapToInt(Integer::intValue).sum()).isEqualTo(37);
        assertThat(inverse.groups).hasSizeGreaterThan(1);
        for (int k = 0; k < v.length; k++) {
            assertThat(to[k]).containsOnly(2.0 * k);
        }
    }

    @Test
    void everyLayerHasTheOneDampingAndIsCovered() {
        Division inverse = new Division(0.5);

        assertThat(inverse.dampings())
                .containsOnlyKeys("convolution", "normalisation", "output")
                .containsValue(0.5);
        assertThat(inverse.coveragePercent()).isEqualTo(100);
        assertThat(inverse.inputs()).containsEntry("setting", "value").containsEntry("damping", "0.5");
    }

    @Test
    void aRuleSeesEigenvaluesPaddedWithZeros() {
        DampingRule rule = (layer, eigenvalues) -> {
            assertThat(layer).isEqualTo(WholeInverse.ALL_LAYERS);
            assertThat(eigenvalues).containsExactly(0, 0, 0, 1, 4);
            return 7;
        };

        assertThat(WholeInverse.damping(rule, new double[] {4, -2, 1}, 5)).isEqualTo(7);
        assertThat(WholeInverse.damping((layer, values) -> values.length, new double[] {4, 3, 1}, 2))
                .isEqualTo(2);
    }

    @Test
    void refusesADampingThatIsNotAboveZeroAndVectorsOfAnotherLength() {
        assertThatThrownBy(() -> new Division(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("damping must be above 0, got 0.0");
        assertThatThrownBy(() -> new Division(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Division(1).apply(new double[3], new double[3]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Division(1).applyAll(new double[2][], new double[1][]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there are 2 vectors but room for 1 products");
    }
}
