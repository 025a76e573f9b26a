package org.expunge.benchmarks.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.junit.jupiter.api.Test;

class KernelCoverageTest {
    private final KernelCoverage coverage = new KernelCoverage();
    private final Compute watched = coverage.watch(new ReferenceCompute());

    @Test
    void aKernelIsMissingUntilItIsCalled() {
        Buffer x = watched.of(1, 2);
        assertThat(coverage.missing()).contains("ElementKernels.add", "LinearKernels.scale");

        watched.elements().add(2, x, x, x);

        assertThat(coverage.missing()).doesNotContain("ElementKernels.add").contains("LinearKernels.scale");
        assertThat(watched.toArray(x)).containsExactly(2, 4);
    }

    @Test
    void eachFunctionOfAKernelIsAKernel() {
        Buffer z = watched.of(1, 2);

        watched.elements().activate(Activation.TANH, 0, 2, z, z);

        assertThat(coverage.missing())
                .contains("ElementKernels.activate of relu", "ElementKernels.addBiasAndActivate of tanh")
                .contains("LossKernels.delta of squared_error")
                .doesNotContain("ElementKernels.activate", "ElementKernels.activate of tanh");
    }

    @Test
    void copiesOfBuffersAndOfMatricesAreTwoKernels() {
        watched.copy(watched.of(1, 2), 0, watched.allocate(2), 0, 2);

        assertThat(coverage.missing())
                .contains("Compute.copy with 2 arguments", "Compute.fill with 4 arguments")
                .doesNotContain("Compute.copy with 5 arguments");
    }

    @Test
    void whatABackendThrowsComesThrough() {
        assertThatThrownBy(() -> watched.elements().add(3, watched.of(1), watched.of(1), watched.of(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
