package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.testkit.CudaTesting;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class CudaTimerTest {
    @Test
    void tellsHowLongTheDeviceTookAndMayBeUsedAgain() {
        try (CudaCompute compute = CudaTesting.open();
                CudaTimer timer = compute.timer();
                Buffer buffer = compute.allocate(100_000)) {
            for (int turn = 0; turn < 3; turn++) {
                long before = System.nanoTime();

                timer.start();
                compute.linear().scale(buffer.length(), 0.5, buffer);
                double seconds = timer.stop();

                assertThat(seconds)
                        .isBetween(0.0, (System.nanoTime() - before) / 1e9 + 1e-3); // both clocks are rounded
            }
        }
    }
}
