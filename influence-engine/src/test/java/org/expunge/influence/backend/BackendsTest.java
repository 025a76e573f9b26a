package org.expunge.influence.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.cuda.CudaOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendsTest {
    private static boolean hasDevice() {
        return CudaSupport.examine().obstacle(0).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void createsTheBackendsThatEveryMachineHas(String name) {
        try (Compute compute = Backends.create(name);
                Compute again = Backends.recorded(compute.name(), 0)) {
            assertThat(compute.name()).isEqualTo(name);
            assertThat(again.name()).isEqualTo(name);
        }
    }

    @Test
    void autoIsTheCpuWhereNoDeviceIs() {
        assumeTrue(!hasDevice(), "this machine has a GPU");

        try (Compute compute = Backends.create("auto")) {
            assertThat(compute.name()).isEqualTo("cpu");
        }
    }

    @Test
    void cudaSaysWhatIsMissingWhereAndWhatToDo() {
        assumeTrue(!hasDevice(), "this machine has a GPU");

        assertThatThrownBy(() -> Backends.create("cuda"))
                .isInstanceOf(UnavailableBackendException.class)
                .hasMessageContaining("the backend 'cuda' cannot run here")
                .hasMessageContaining("NVIDIA driver (libcuda.so.1)")
                .hasMessageContaining("NVRTC (libnvrtc.so.13 or libnvrtc.so.12)")
                .hasMessageContaining("cuBLAS (libcublas.so.13 or libcublas.so.12)")
                .hasMessageContaining("install")
                .hasMessageContaining("-Dexpunge.cuda.libraries");
        assertThatThrownBy(() -> Backends.recorded("cuda-tf32", 1)).isInstanceOf(UnavailableBackendException.class);
    }

    @Test
    void saysWhatThereIsToChooseFrom() {
        assertThat(Backends.names()).containsExactly("auto", "cpu", "cuda", "reference");
        assertThatThrownBy(() -> Backends.create("gpu", CudaOptions.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'gpu'")
                .hasMessageContaining("auto, cpu, cuda, reference");
        assertThatThrownBy(() -> Backends.recorded("cuda-fp8", 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
