package org.expunge.influence.compute.cpu;

import org.expunge.influence.testkit.BufferContract;
import org.expunge.influence.testkit.LinearKernelsContract;
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
}
