package org.expunge.influence.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.expunge.influence.backend.SelfCheck.Outcome;
import org.expunge.influence.backend.SpoiledCompute.Damage;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.cuda.CudaCompute;
import org.expunge.influence.compute.cuda.CudaOptions;
import org.expunge.influence.compute.cuda.MathMode;
import org.expunge.influence.testkit.CudaTesting;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("gpu")
class SelfCheckOfDeviceTest {
    /** Holds less than the check's buffers take. */
    private static final CudaOptions FULL = new CudaOptions(0, MathMode.FLOAT32, 1e-7);

    @ParameterizedTest
    @EnumSource
    void findsTheDeviceRightInEachFormatOfProducts(MathMode mode) {
        try (Compute compute = CudaTesting.open(CudaOptions.DEFAULT.withMathMode(mode))) {
            assertThat(SelfCheck.of(compute, 5).outcomes()).allMatch(Outcome::isRight);
            long held = compute.memory().now();
            SelfCheck.of(compute, 6);
            assertThat(compute.memory().now()).as("buffers are closed").isEqualTo(held);
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsAWrongKernelOfTheDevice(Damage damage) {
        Compute spoiled = SpoiledCompute.of(CudaTesting.open(), "losses.unitDelta", damage);

        assertThat(Backends.checked(spoiled).obstacle().orElseThrow()).contains("self-check:\nlosses");
    }

    @Test
    void autoTakesADeviceThatPasses() {
        CudaTesting.open().close();

        BackendChoice first = Backends.choose("auto", CudaOptions.DEFAULT);
        BackendChoice second = Backends.choose("cuda", CudaOptions.DEFAULT);

        try (Compute one = first.orThrow();
                Compute other = second.orThrow()) {
            assertThat(one).isInstanceOf(CudaCompute.class);
            assertThat(other).isInstanceOf(CudaCompute.class);
            assertThat(one.memoryLimit()).isLessThan(1L << 50);
        }
        assertThat(first.obstacle()).isEmpty();
        assertThat(second.check())
                .as("a device that passed is not checked again")
                .isEmpty();
    }

    @Test
    void aFullDeviceIsTurnedDownWithTheReason() {
        CudaTesting.open().close();

        BackendChoice choice = Backends.choose("auto", FULL);

        try (Compute compute = choice.orThrow()) {
            assertThat(compute.name()).isEqualTo("cpu");
        }
        assertThat(choice.wasOpened()).isTrue();
        assertThat(choice.obstacle().orElseThrow()).contains("bytes do not fit on");
        assertThatThrownBy(() -> Backends.create("cuda", FULL))
                .isInstanceOf(UnavailableBackendException.class)
                .hasMessageContaining("bytes do not fit on");
    }

    @Test
    void aDeviceThatIsNotThereIsNotTaken() {
        CudaTesting.open().close();

        BackendChoice choice = Backends.choose("auto", CudaOptions.DEFAULT.withDevice(99));

        choice.orThrow().close();
        assertThat(choice.wasOpened()).isFalse();
        assertThat(choice.refusal()).hasMessageContaining("there is no device 99");
    }
}
