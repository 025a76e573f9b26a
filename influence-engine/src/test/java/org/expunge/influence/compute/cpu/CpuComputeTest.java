package org.expunge.influence.compute.cpu;

import org.expunge.influence.testkit.BufferContract;
import org.expunge.influence.testkit.CholeskyKernelsContract;
import org.expunge.influence.testkit.EigenKernelsContract;
import org.expunge.influence.testkit.ElementKernelsContract;
import org.expunge.influence.testkit.LinearKernelsContract;
import org.expunge.influence.testkit.LookupKernelsContract;
import org.expunge.influence.testkit.LossKernelsContract;
import org.expunge.influence.testkit.NormalizationKernelsContract;
import org.expunge.influence.testkit.ReductionKernelsContract;
import org.expunge.influence.testkit.RowLoaderContract;
import org.expunge.influence.testkit.SumsContract;
import org.expunge.influence.testkit.UpdateKernelsContract;
import org.expunge.influence.testkit.WindowKernelsContract;
import org.junit.jupiter.api.Nested;

class CpuComputeTest {
    @Nested
    class Buffers extends BufferContract {
        Buffers() {
            super(new CpuCompute());
        }
    }

    @Nested
    class Rows extends RowLoaderContract {
        Rows() {
            super(new CpuCompute());
        }
    }

    @Nested
    class Linear extends LinearKernelsContract {
        Linear() {
            super(new CpuCompute());
        }
    }

    @Nested
    class Windows extends WindowKernelsContract {
        Windows() {
            super(new CpuCompute());
        }
    }

    @Nested
    class Lookups extends LookupKernelsContract {
        Lookups() {
            super(new CpuCompute());
        }
    }

    @Nested
    class Elements extends ElementKernelsContract {
        Elements() {
            super(new CpuCompute());
        }
    }

    @Nested
    class Reductions extends ReductionKernelsContract {
        Reductions() {
            super(new CpuCompute());
        }
    }

    @Nested
    class Doubles extends SumsContract {
        Doubles() {
            super(new CpuCompute());
        }
    }

    @Nested
    class Normalization extends NormalizationKernelsContract {
        Normalization() {
            super(new CpuCompute());
        }
    }

    @Nested
    class Losses extends LossKernelsContract {
        Losses() {
            super(new CpuCompute());
        }
    }

    @Nested
    class Updates extends UpdateKernelsContract {
        Updates() {
            super(new CpuCompute());
        }
    }

    @Nested
    class Eigen extends EigenKernelsContract {
        Eigen() {
            super(new CpuCompute());
        }
    }

    @Nested
    class Cholesky extends CholeskyKernelsContract {
        Cholesky() {
            super(new CpuCompute());
        }
    }
}
