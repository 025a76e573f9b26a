package org.expunge.unlearning.certified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GaussianMechanismTest {
    @Test
    void theFactorIsTheKnownOneAndBelowTheClassical() {
        double k = GaussianMechanism.analyticFactor(1, 1e-4);

        assertThat(k).isCloseTo(3.186, within(5e-4));
        assertThat(k).isLessThan(Math.sqrt(2 * Math.log(1.25 / 1e-4)));
    }

    /** Φ(1/2k − εk) − e^ε Φ(−1/2k − εk) is δ at the least k; expected by bisection in 40 digits (mpmath). */
    @ParameterizedTest
    @CsvSource({"1, 1e-5, 3.7306316348159418", "0.1, 1e-5, 30.74956613197745", "4, 1e-6, 1.1935185871579852"})
    void theFactorMeetsItsDefiningEquation(double epsilon, double delta, double expected) {
        double k = GaussianMechanism.analyticFactor(epsilon, delta);

        double half = 1 / (2 * k);
        double reached = GaussianMechanism.normalCdf(half - epsilon * k)
                - Math.exp(epsilon) * GaussianMechanism.normalCdf(-half - epsilon * k);
        assertThat(reached).isCloseTo(delta, within(1e-8 * delta));
        assertThat(k).isCloseTo(expected, within(1e-9 * expected));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.5",
        "1, 0.8413447460685429",
        "-1, 0.15865525393145707",
        "-2.9999, 0.001350341282954924",
        "-3, 0.0013498980316300933",
        "-8, 6.220960574271785e-16",
        "-20, 2.7536241186062337e-89"
    })
    void theNormalDistributionIsAccurateInItsTail(double x, double expected) {
        assertThat(GaussianMechanism.normalCdf(x)).isCloseTo(expected, within(1e-11 * expected));
    }

    @Test
    void theFactorOfPerturbationIsThePublishedOne() {
        assertThat(GaussianMechanism.perturbationFactor(1e-4))
                .isCloseTo(Math.sqrt(2 * Math.log(15_000)), within(1e-12));
        assertThat(GaussianMechanism.perturbationFactor(1e-5)).isCloseTo(4.8823, within(1e-4));
    }

    @Test
    void guaranteesOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> GaussianMechanism.analyticFactor(0, 0.1));
        assertThatIllegalArgumentException().isThrownBy(() -> GaussianMechanism.analyticFactor(1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> GaussianMechanism.perturbationFactor(Double.NaN));
    }
}
