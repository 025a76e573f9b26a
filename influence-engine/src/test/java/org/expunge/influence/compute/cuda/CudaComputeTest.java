package org.expunge.influence.compute.cuda;

import org.expunge.influence.testkit.BufferContract;
import org.expunge.influence.testkit.CholeskyKernelsContract;
import org.expunge.influence.testkit.CudaTesting;
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
import org.junit.jupiter.api.Tag;

@Tag("gpu")
class CudaComputeTest {
    @Nested
    class Buffers extends BufferContract {
        Buffers() {
            super(CudaTesting.open());
        }
    }

    @Nested
    class Rows extends RowLoaderContract {
        Rows() {
            super(CudaTesting.open());
        }
    }

    @Nested
    class Linear extends LinearKernelsContract {
        Linear() {
            super(CudaTesting.open());
        }
    }

    @Nested
    class Windows extends WindowKernelsContract {
        Windows() {
            super(CudaTesting.open());
        }
    }

    @Nested
    class Lookups extends LookupKernelsContract {
        Lookups() {
            super(CudaTesting.open());
        }
    }

    @Nested
    class Elements extends ElementKernelsContract {
        Elements() {
            super(CudaTesting.open());
        }
    }

    @Nested
    class Reductions extends ReductionKernelsContract {
        Reductions() {
            super(CudaTesting.open());
        }
    }

    @Nested
    class Doubles extends SumsContract {
        Doubles() {
            super(CudaTesting.open());
        }
    }

    @Nested
    class Normalization extends NormalizationKernelsContract {
        Normalization() {
            super(CudaTesting.open());
        }
    }

    @Nested
    class Losses extends LossKernelsContract {
        Losses() {
            super(CudaTesting.open());
        }
    }

    @Nested
    class Updates extends UpdateKernelsContract {
        Updates() {
            super(CudaTesting.open());
        }
    }

    @Nested
    class Eigen extends EigenKernelsContract {
        Eigen() {
            super(CudaTesting.open());
        }
    }

    @Nested
    class Cholesky extends CholeskyKernelsContract {
        Cholesky() {
            super(CudaTesting.open());
        }
    }
}
