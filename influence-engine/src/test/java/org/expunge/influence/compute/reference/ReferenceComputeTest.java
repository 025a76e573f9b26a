package org.expunge.influence.compute.reference;

import org.expunge.influence.testkit.BufferContract;
import org.expunge.influence.testkit.LinearKernelsContract;
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
}
