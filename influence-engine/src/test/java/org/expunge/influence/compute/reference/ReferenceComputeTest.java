package org.expunge.influence.compute.reference;

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

class ReferenceComputeTest {
    @Nested
    class Buffers extends BufferContract {
        Buffers() {
            super(new ReferenceCompute());
        }
    }

    @Nested
    class Rows extends RowLoaderContract {
        Rows() {
            super(new ReferenceCompute());
        }
    }

    @Nested
    class Linear extends LinearKernelsContract {
        Linear() {
            super(new ReferenceCompute());
        }
    }

    @Nested
    class Windows extends WindowKernelsContract {
        Windows() {
            super(new ReferenceCompute());
        }
    }

    @Nested
    class Lookups extends LookupKernelsContract {
        Lookups() {
            super(new ReferenceCompute());
        }
    }

    @Nested
    class Elements extends ElementKernelsContract {
        Elements() {
            super(new ReferenceCompute());
        }
    }

    @Nested
    class Reductions extends ReductionKernelsContract {
        Reductions() {
            super(new ReferenceCompute());
        }
    }

    @Nested
    class Doubles extends SumsContract {
        Doubles() {
            super(new ReferenceCompute());
        }
    }

    @Nested
    class Normalization extends NormalizationKernelsContract {
        Normalization() {
            super(new ReferenceCompute());
        }
    }

    @Nested
    class Losses extends LossKernelsContract {
        Losses() {
            super(new ReferenceCompute());
        }
    }

    @Nested
    class Updates extends UpdateKernelsContract {
        Updates() {
            super(new ReferenceCompute());
        }
    }

    @Nested
    class Eigen extends EigenKernelsContract {
        Eigen() {
            super(new ReferenceCompute());
        }
    }

    @Nested
    class Cholesky extends CholeskyKernelsContract {
        Cholesky() {
            super(new ReferenceCompute());
        }
    }
}
