package org.expunge.influence.compute.cuda.driver;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.expunge.influence.compute.cuda.CudaCompute;
import org.expunge.influence.testkit.CudaTesting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class LibraryErrorsTest {
    private final CudaCompute compute = CudaTesting.open();

    @AfterEach
    void closeCompute() {
        compute.close();
    }

    @Test
    void cublasErrorsNameCallArgumentsAndMemory() {
        assertThatThrownBy(() -> Cublas.check(Cublas.cublasSetStream_v2(0, 0), "cublasSetStream", "handle %s", 0))
                .isInstanceOf(CudaException.class)
                .hasMessageStartingWith("cublasSetStream failed with status ")
                .hasMessageContaining("CUBLAS_STATUS_")
                .hasMessageContaining("handle 0")
                .hasMessageContaining("bytes");
    }

    @Test
    void cusolverErrorsNameCallArgumentsAndMemory() {
        Libraries.open(Libraries.Library.SOLVERS);
        NativeBlock size = new NativeBlock(Integer.BYTES);

        assertThatThrownBy(() -> Cusolver.check(
                        Cusolver.cusolverDnDpotrf_bufferSize(0, Cusolver.UPPER, 3, 0, 3, size.address()),
                        "cusolverDnDpotrf_bufferSize",
                        "%s × %s",
                        3,
                        3))
                .isInstanceOf(CudaException.class)
                .hasMessageStartingWith("cusolverDnDpotrf_bufferSize failed with status ")
                .hasMessageContaining("3 × 3")
                .hasMessageContaining("bytes");
    }

    @Test
    void successIsNoError() {
        assertThatCode(() -> Cublas.check(0, "any", "%s", 1)).doesNotThrowAnyException();
        assertThatCode(() -> Cusolver.check(0, "any", "%s", 1)).doesNotThrowAnyException();
    }
}
