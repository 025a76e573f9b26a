package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Window;
import org.expunge.influence.testkit.CudaTesting;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class CudaWindowsTest {
    /** So many columns that a thread fills several rows of them. */
    @Test
    void unrollsLargeImagesAsTheReferenceDoes() {
        Window w = new Window(8, 22, 20, 3, 3, 1, 1, 1, 1, 1, 1, 22, 20);
        Random random = new Random(3);
        for (int batch : new int[] {37, 40}) {
            double[] image = new double[w.inputLength() * batch];
            Arrays.setAll(image, i -> (float) random.nextGaussian());
            try (CudaCompute compute = CudaTesting.open();
                    Compute reference = Backends.create("reference")) {
                double[] expected = columns(reference, w, batch, image);

                double[] actual = columns(compute, w, batch, image);

                assertThat(Arrays.equals(actual, expected))
                        .as("batch %d", batch)
                        .isTrue();
            }
        }
    }

    private static double[] columns(Compute compute, Window w, int batch, double[] image) {
        Buffer columns = compute.allocate(w.patchLength() * w.positions() * batch);
        compute.windows().imageToColumns(w, batch, compute.of(image), columns);
        return compute.toArray(columns);
    }

    @Test
    void aNaNIsTheLargest() {
        Window w = new Window(1, 1, 4, 1, 2, 1, 2, 0, 0, 1, 1, 1, 2);
        try (CudaCompute compute = CudaTesting.open()) {
            Buffer pooled = compute.allocate(2);
            Buffer slots = compute.allocate(2);

            compute.windows().maxPool(w, 1, compute.of(Double.NaN, 1, 1, Double.NaN), pooled, slots);

            assertThat(compute.toArray(pooled)).containsOnly(Double.NaN);
            assertThat(compute.toArray(slots)).containsExactly(0, 0);
        }
    }

    @Test
    void slotsThatNameNoPixelGatherZero() {
        Window w = new Window(1, 1, 2, 1, 2, 1, 1, 0, 1, 1, 1, 1, 3);
        try (CudaCompute compute = CudaTesting.open()) {
            Buffer pooled = compute.of(9, 9, 9);

            compute.windows().maxPoolGather(w, 1, compute.of(0, 2, Double.NaN), compute.of(5, 6), pooled);

            assertThat(compute.toArray(pooled)).containsExactly(0, 0, 0);
        }
    }
}
