package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Stream;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Window;
import org.expunge.influence.compute.WindowKernels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every backend promises about windows, against seven nested loops. */
public abstract class WindowKernelsContract extends KernelContract {
    private final WindowKernels windows;

    /** Tests {@code compute}, which is closed after each test. */
    protected WindowKernelsContract(Compute compute) {
        super(compute);
        this.windows = compute.windows();
    }

    /** Every geometry with a batch size of its own. */
    static Stream<Arguments> geometries() {
        return Stream.of(
                Arguments.of("one pixel", 1, new Window(1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1)),
                Arguments.of("5 × 5", 3, new Window(2, 9, 8, 5, 5, 1, 1, 0, 0, 1, 1, 5, 4)),
                Arguments.of("1 × 1", 4, new Window(3, 4, 5, 1, 1, 1, 1, 0, 0, 1, 1, 4, 5)),
                Arguments.of("halves", 33, new Window(2, 6, 4, 2, 2, 2, 2, 0, 0, 1, 1, 3, 2)),
                Arguments.of("halves of an odd image", 5, new Window(1, 7, 5, 2, 2, 2, 2, 0, 0, 1, 1, 3, 2)),
                Arguments.of("3 × 3 padded", 7, new Window(2, 5, 6, 3, 3, 1, 1, 1, 1, 1, 1, 5, 6)),
                Arguments.of("overlapping, stride 2", 2, new Window(1, 7, 7, 3, 3, 2, 2, 1, 1, 1, 1, 4, 4)),
                Arguments.of("padded at the far side only", 1, new Window(2, 4, 4, 3, 3, 2, 2, 0, 0, 1, 1, 2, 2)),
                Arguments.of("stride beyond the window", 3, new Window(1, 9, 8, 2, 1, 4, 3, 0, 0, 1, 1, 2, 3)),
                Arguments.of("dilated", 6, new Window(2, 9, 9, 3, 3, 1, 1, 2, 2, 2, 2, 9, 9)),
                Arguments.of("dilated with strides", 2, new Window(1, 10, 11, 2, 3, 3, 2, 1, 2, 3, 2, 3, 5)),
                Arguments.of("window larger than the image", 3, new Window(1, 2, 3, 5, 5, 1, 1, 2, 2, 1, 1, 2, 3)),
                Arguments.of("whole image", 9, new Window(3, 4, 5, 4, 5, 1, 1, 0, 0, 1, 1, 1, 1)),
                Arguments.of("uneven strides", 4, new Window(2, 6, 7, 3, 2, 1, 2, 1, 0, 1, 1, 6, 4)),
                Arguments.of("padded 2 × 2, disjoint", 3, new Window(1, 5, 5, 2, 2, 2, 2, 1, 1, 1, 1, 3, 3)));
    }

    /** Called for each window element that lies inside the image. */
    @FunctionalInterface
    private interface Inside {
        void at(int channel, int output, int slot, int pixel);
    }

    private static void forEachInside(Window w, Inside action) {
        for (int c = 0; c < w.channels(); c++) {
            for (int i = 0; i < w.outHeight(); i++) {
                for (int j = 0; j < w.outWidth(); j++) {
                    for (int p = 0; p < w.kernelHeight(); p++) {
                        for (int q = 0; q < w.kernelWidth(); q++) {
                            int y = i * w.strideHeight() + p * w.dilationHeight() - w.padTop();
                            int x = j * w.strideWidth() + q * w.dilationWidth() - w.padLeft();
                            if (y >= 0 && y < w.height() && x >= 0 && x < w.width()) {
                                int output = c * w.positions() + i * w.outWidth() + j;
                                int pixel = (c * w.height() + y) * w.width() + x;
                                action.at(c, output, p * w.kernelWidth() + q, pixel);
                            }
                        }
                    }
                }
            }
        }
    }

    private static int columnIndex(Window w, int channel, int output, int slot) {
        int row = channel * w.kernelHeight() * w.kernelWidth() + slot;
        return row * w.positions() + output % w.positions();
    }

    @ParameterizedTest(name = "{0}, batch {1}")
    @MethodSource("geometries")
    void unrollsImagesIntoColumns(String name, int batch, Window w) {
        double[] image = draw(w.inputLength() * batch);
        double[] expected = new double[w.patchLength() * w.positions() * batch];
        forEachInside(w, (channel, output, slot, pixel) -> {
            int at = columnIndex(w, channel, output, slot);
            System.arraycopy(image, pixel * batch, expected, at * batch, batch);
        });
        Buffer columns = output(expected.length);

        windows.imageToColumns(w, batch, input(image), columns);

        assertThat(result(columns, expected.length)).containsExactly(expected);
    }

    @ParameterizedTest(name = "{0}, batch {1}")
    @MethodSource("geometries")
    void sumsColumnsBackIntoImages(String name, int batch, Window w) {
        double[] columns = draw(w.patchLength() * w.positions() * batch);
        double[] expected = new double[w.inputLength() * batch];
        double[] magnitudes = new double[expected.length];
        forEachInside(w, (channel, output, slot, pixel) -> {
            for (int b = 0; b < batch; b++) {
                double value = columns[columnIndex(w, channel, output, slot) * batch + b];
                expected[pixel * batch + b] += value;
                magnitudes[pixel * batch + b] += Math.abs(value);
            }
        });
        Buffer image = output(expected.length);

        windows.columnsToImage(w, batch, input(columns), image);

        double terms = w.kernelHeight() * w.kernelWidth();
        assertClose(result(image, expected.length), expected, terms, magnitudes);
    }

    @ParameterizedTest(name = "{0}, batch {1}")
    @MethodSource("geometries")
    void findsTheLargestUnderEachWindow(String name, int batch, Window w) {
        double[] image = draw(w.inputLength() * batch);
        int outputs = w.channels() * w.positions() * batch;
        double[] expected = new double[outputs];
        double[] expectedSlots = new double[outputs];
        Arrays.fill(expected, Double.NEGATIVE_INFINITY);
        forEachInside(w, (channel, output, slot, pixel) -> {
            for (int b = 0; b < batch; b++) {
                if (image[pixel * batch + b] > expected[output * batch + b]) {
                    expected[output * batch + b] = image[pixel * batch + b];
                    expectedSlots[output * batch + b] = slot;
                }
            }
        });
        Buffer pooled = output(outputs);
        Buffer slots = output(outputs);

        windows.maxPool(w, batch, input(image), pooled, slots);

        assertThat(result(pooled, outputs)).containsExactly(expected);
        assertThat(result(slots, outputs)).containsExactly(expectedSlots);
    }

    @ParameterizedTest(name = "{0}, batch {1}")
    @MethodSource("geometries")
    void sendsDeltasToTheChosenPixelsAndTangentsBack(String name, int batch, Window w) {
        int outputs = w.channels() * w.positions() * batch;
        Buffer slots = output(outputs);
        windows.maxPool(w, batch, input(draw(w.inputLength() * batch)), output(outputs), slots);
        double[] chosen = result(slots, outputs);
        double[] delta = draw(outputs);
        double[] tangent = draw(w.inputLength() * batch);
        double[] expectedDelta = new double[tangent.length];
        double[] magnitudes = new double[tangent.length];
        double[] expectedTangent = new double[outputs];
        forEachInside(w, (channel, output, slot, pixel) -> {
            for (int b = 0; b < batch; b++) {
                if (chosen[output * batch + b] == slot) {
                    expectedDelta[pixel * batch + b] += delta[output * batch + b];
                    magnitudes[pixel * batch + b] += Math.abs(delta[output * batch + b]);
                    expectedTangent[output * batch + b] = tangent[pixel * batch + b];
                }
            }
        });
        Buffer imageDelta = output(tangent.length);
        Buffer pooledTangent = output(outputs);

        windows.maxPoolBackward(w, batch, input(chosen), input(delta), imageDelta);
        windows.maxPoolGather(w, batch, input(chosen), input(tangent), pooledTangent);

        double terms = w.kernelHeight() * w.kernelWidth();
        assertClose(result(imageDelta, tangent.length), expectedDelta, terms, magnitudes);
        assertThat(result(pooledTangent, outputs)).containsExactly(expectedTangent);
    }

    @ParameterizedTest(name = "{0}, batch {1}")
    @MethodSource("geometries")
    void averagesAndSpreads(String name, int batch, Window w) {
        for (boolean countsPadding : new boolean[] {true, false}) {
            int outputs = w.channels() * w.positions();
            double[] divisors = new double[outputs];
            forEachInside(w, (channel, output, slot, pixel) -> divisors[output]++);
            if (countsPadding) {
                Arrays.fill(divisors, w.kernelHeight() * w.kernelWidth());
            }
            double[] image = draw(w.inputLength() * batch);
            double[] delta = draw(outputs * batch);
            double[] mean = new double[delta.length];
            double[] meanMagnitudes = new double[delta.length];
            double[] spread = new double[image.length];
            double[] spreadMagnitudes = new double[image.length];
            forEachInside(w, (channel, output, slot, pixel) -> {
                for (int b = 0; b < batch; b++) {
                    mean[output * batch + b] += image[pixel * batch + b] / divisors[output];
                    meanMagnitudes[output * batch + b] += Math.abs(image[pixel * batch + b]) / divisors[output];
                    spread[pixel * batch + b] += delta[output * batch + b] / divisors[output];
                    spreadMagnitudes[pixel * batch + b] += Math.abs(delta[output * batch + b]) / divisors[output];
                }
            });
            Buffer pooled = output(mean.length);
            Buffer imageDelta = output(spread.length);

            windows.averagePool(w, batch, countsPadding, input(image), pooled);
            windows.averagePoolBackward(w, batch, countsPadding, input(delta), imageDelta);

            double terms = w.kernelHeight() * w.kernelWidth() + 2;
            assertClose(result(pooled, mean.length), mean, terms, meanMagnitudes);
            assertClose(result(imageDelta, spread.length), spread, terms, spreadMagnitudes);
        }
    }

    @Test
    void breaksTiesByTheFirstElement() {
        Window w = new Window(1, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 4, 4);
        double[] image = new double[w.inputLength()];
        Arrays.fill(image, -2.5);
        Buffer pooled = output(16);
        Buffer slots = output(16);

        windows.maxPool(w, 1, input(image), pooled, slots);

        assertThat(result(pooled, 16)).containsOnly(-2.5);
        assertThat(result(slots, 16)).containsExactly(3, 2, 2, 2, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0);
    }

    @Test
    void tellsTinyDifferencesApart() {
        Window w = new Window(1, 1, 2, 1, 2, 1, 1, 0, 0, 1, 1, 1, 1);
        Buffer slots = output(3);

        windows.maxPool(w, 3, input(new double[] {0, 1e30, -1, Float.MIN_VALUE, -1e30, -1}), output(3), slots);

        assertThat(result(slots, 3)).containsExactly(1, 0, 0);
    }

    @Test
    void refusesToPoolWhereThereIsNoImage() {
        Window w = new Window(1, 3, 3, 2, 2, 1, 1, 2, 0, 1, 1, 3, 2);
        Buffer image = compute.allocate(9);
        Buffer pooled = compute.allocate(6);

        assertThatThrownBy(() -> windows.maxPool(w, 1, image, pooled, compute.allocate(6)))
                .hasMessageContaining("output row 0");
        assertThatThrownBy(() -> windows.averagePool(w, 1, false, image, pooled))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesBuffersThatAreTooSmall() {
        Window w = new Window(1, 4, 4, 3, 3, 1, 1, 0, 0, 1, 1, 2, 2);
        Buffer small = compute.allocate(15);
        Buffer large = compute.allocate(100);

        assertThatThrownBy(() -> windows.imageToColumns(w, 1, small, large)).hasMessageContaining("image tile");
        assertThatThrownBy(() -> windows.imageToColumns(w, 1, large, small)).hasMessageContaining("column matrix");
        assertThatThrownBy(() -> windows.maxPool(w, 4, large, large, small)).hasMessageContaining("slots");
    }
}
