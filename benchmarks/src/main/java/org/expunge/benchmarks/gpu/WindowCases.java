package org.expunge.benchmarks.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Window;

/** Windows over images, of any stride, padding and dilation. */
final class WindowCases {
    private final List<KernelCase> cases = new ArrayList<>();

    private WindowCases() {}

    static List<KernelCase> all() {
        WindowCases kernels = new WindowCases();
        kernels.windows();
        return kernels.cases;
    }

    private void add(String family, String name, Consumer<Desk> run) {
        cases.add(Extent.SMALL.of(family, name, run));
    }

    /** A window whose sides, strides, paddings and dilations differ, and a batch. */
    private record Sliding(Window window, int batch) {
        static Sliding draw(Desk desk) {
            int height = desk.size(6, 20);
            int width = desk.size(6, 20);
            int kernelHeight = desk.size(1, 4);
            int kernelWidth = desk.size(1, 4);
            int strideHeight = desk.size(1, 3);
            int strideWidth = desk.size(1, 3);
            int padTop = desk.size(0, kernelHeight - 1);
            int padLeft = desk.size(0, kernelWidth - 1);
            int dilation = padTop + padLeft == 0 && kernelHeight <= 3 && kernelWidth <= 3 ? 2 : 1;
            int outHeight = (height + padTop - (kernelHeight - 1) * dilation - 1) / strideHeight + 1;
            int outWidth = (width + padLeft - (kernelWidth - 1) * dilation - 1) / strideWidth + 1;
            Window window = new Window(
                    desk.size(1, 6),
                    height,
                    width,
                    kernelHeight,
                    kernelWidth,
                    strideHeight,
                    strideWidth,
                    padTop,
                    padLeft,
                    dilation,
                    dilation,
                    outHeight,
                    outWidth);
            return new Sliding(window, desk.size(1, 40));
        }

        int image() {
            return window.inputLength() * batch;
        }

        int pooled() {
            return window.channels() * window.positions() * batch;
        }

        int columns() {
            return window.patchLength() * window.positions() * batch;
        }
    }

    private void windows() {
        add("windows", "imageToColumns", desk -> {
            Sliding s = Sliding.draw(desk);
            desk.compute().windows().imageToColumns(s.window, s.batch, desk.input(s.image()), desk.output(s.columns()));
        });
        add("windows", "columnsToImage", desk -> {
            Sliding s = Sliding.draw(desk);
            desk.compute().windows().columnsToImage(s.window, s.batch, desk.input(s.columns()), desk.output(s.image()));
        });
        add("windows", "maxPool, its adjoint and its tangent", desk -> {
            Sliding s = Sliding.draw(desk);
            Buffer slots = desk.output(s.pooled());
            var windows = desk.compute().windows();
            windows.maxPool(s.window, s.batch, desk.input(s.image()), desk.output(s.pooled()), slots);
            windows.maxPoolBackward(s.window, s.batch, slots, desk.input(s.pooled()), desk.output(s.image()));
            windows.maxPoolGather(s.window, s.batch, slots, desk.input(s.image()), desk.output(s.pooled()));
        });
        for (boolean countsPadding : new boolean[] {true, false}) {
            String which = countsPadding ? " with its padding" : " without its padding";
            add("windows", "averagePool" + which, desk -> {
                Sliding s = Sliding.draw(desk);
                desk.compute()
                        .windows()
                        .averagePool(s.window, s.batch, countsPadding, desk.input(s.image()), desk.output(s.pooled()));
            });
            add("windows", "averagePoolBackward" + which, desk -> {
                Sliding s = Sliding.draw(desk);
                desk.compute()
                        .windows()
                        .averagePoolBackward(
                                s.window, s.batch, countsPadding, desk.input(s.pooled()), desk.output(s.image()));
            });
        }
    }
}
