package org.expunge.influence.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.expunge.influence.backend.SelfCheck.Outcome;
import org.expunge.influence.backend.SpoiledCompute.Damage;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.cpu.CpuCompute;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelfCheckTest {
    private static final long SEED = 8;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void findsTheBackendsOfEveryMachineRightFromAnySeed(long seed) {
        try (Compute cpu = new CpuCompute();
                Compute reference = new ReferenceCompute()) {
            SelfCheck check = SelfCheck.of(cpu, seed);

            assertThat(check.outcomes()).hasSize(Family.values().length).allMatch(Outcome::isRight);
            assertThat(check.obstacle()).isEmpty();
            assertThat(cpu.memory().now()).isZero();
            assertThat(SelfCheck.of(reference, seed).outcomes())
                    .extracting(Outcome::error)
                    .containsOnly(0.0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "linear.transpose, copies",
        "linear.square, products",
        "linear.multiplyBatch, products",
        "linear.multiplyGroup, products",
        "elements.activateSecondDerivative, element-wise",
        "elements.dropoutMask, element-wise",
        "reductions.addRowSums, reductions",
        "losses.hessianProduct, losses",
        "windows.columnsToImage, windows",
        "windows.maxPoolGather, windows",
        "lookups.scatterAdd, lookups",
        "updates.adam, updates",
        "normalization.moveStatistics, normalization",
        "eigen.decompose, eigendecomposition",
        "cholesky.solve, Cholesky"
    })
    void namesTheFamilyOfAWrongKernel(String kernel, String family) {
        for (Damage damage : Damage.values()) {
            try (Compute spoiled = SpoiledCompute.of(new CpuCompute(), kernel, damage)) {
                SelfCheck check = SelfCheck.of(spoiled, SEED);

                assertThat(check.outcomes())
                        .filteredOn(outcome -> !outcome.isRight())
                        .as("%s, %s", kernel, damage)
                        .extracting(Outcome::family)
                        .containsExactly(family);
                assertThat(check.obstacle().orElseThrow()).startsWith(family);
            }
        }
    }

    @Test
    void tellsWhatAKernelThatFailedSaid() {
        Outcome failed = new Outcome("losses", Double.NaN, 1e-5, "an illegal address was encountered");
        Outcome wrong = new Outcome("updates", 0.25, 1e-5, "");
        Outcome right = new Outcome("windows", 1e-7, 1e-5, "");

        Outcome after = new Outcome("lookups", Double.NaN, 1e-5, "an earlier launch failed");

        assertThat(new SelfCheck(List.of(failed, right, wrong, after)).obstacle())
                .contains("losses did not run: an illegal address was encountered\nnor did: lookups\n"
                        + "updates: relative error 2.5e-01, at most 1.0e-05 is right");
    }

    @Test
    void aBackendWithAWrongKernelIsClosedAndRefused() {
        Compute spoiled = SpoiledCompute.of(new CpuCompute(), "losses.delta", Damage.NAN_LATE);

        BackendChoice choice = Backends.checked(spoiled);

        assertThat(choice.compute()).isEmpty();
        assertThat(choice.wasOpened()).isTrue();
        assertThat(choice.check().orElseThrow().obstacle()).isPresent();
        assertThat(choice.refusal())
                .isInstanceOf(UnavailableBackendException.class)
                .hasMessage("the backend 'cuda' cannot run here:\ncpu failed its self-check:\n"
                        + "losses: relative error NaN, at most 1.0e-05 is right");
    }
}
