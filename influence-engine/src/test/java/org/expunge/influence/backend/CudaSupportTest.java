package org.expunge.influence.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.expunge.influence.compute.cuda.DeviceInfo;
import org.junit.jupiter.api.Test;

class CudaSupportTest {
    private static final int CUDA_12_9 = 12_090;
    private static final int CUDA_13_0 = 13_000;

    private static DeviceInfo device(String name, int major, int minor) {
        return new DeviceInfo(0, name, major, minor, 10, 1L << 30, CUDA_12_9);
    }

    @Test
    void devicesAreUsedAsFarAsTheCompilerGoesBack() {
        DeviceInfo maxwell = device("Maxwell", 5, 0);
        DeviceInfo turing = device("Turing", 7, 5);

        assertThat(CudaSupport.obstacle(maxwell, CUDA_12_9)).isEmpty();
        assertThat(CudaSupport.obstacle(turing, CUDA_13_0)).isEmpty();
        assertThat(CudaSupport.obstacle(maxwell, CUDA_13_0).orElseThrow())
                .contains("Maxwell has compute capability 5.0", "install the libraries of CUDA 12");
        assertThat(CudaSupport.obstacle(device("Kepler", 3, 7), CUDA_12_9).orElseThrow())
                .contains("Kepler has compute capability 3.7", "5.0 (Maxwell) or more");
    }

    @Test
    void aDeviceThatIsNotThereIsToldWithHowManyThereAre() {
        CudaSupport none = new CudaSupport(List.of(), Map.of(), List.of());

        assertThat(none.obstacle(0).orElseThrow())
                .contains("there is no device 0: the driver names 0 GPU(s), counted from 0");
    }

    @Test
    void everythingThatIsMissingIsTold() {
        CudaSupport bare = new CudaSupport(List.of(), Map.of(), List.of("no driver", "no compiler"));

        assertThat(bare.obstacle(0)).contains("no driver\nno compiler");
    }
}
