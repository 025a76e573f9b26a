package org.expunge.benchmarks.gpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.UpdateKernels;

/**
 * Every kernel of every family, with sizes that fit no block evenly; here those that work number by number, sums,
 * losses and steps.
 */
final class KernelCases {
    private static final double ALPHA = 0.25;
    private static final double MOMENTUM = 0.9;

    private final List<KernelCase> cases = new ArrayList<>();

    private final Extent extent;

    private KernelCases(Extent extent) {
        this.extent = extent;
    }

    /** Returns all cases, also those of millions of numbers. */
    static List<KernelCase> all() {
        KernelCases large = new KernelCases(Extent.LARGE);
        large.elements();
        large.updates();
        return Stream.of(small(), MatrixCases.large(), large.cases)
                .flatMap(List::stream)
                .toList();
    }

    /** Returns a case of every kernel, each quick. */
    static List<KernelCase> small() {
        KernelCases kernels = new KernelCases(Extent.SMALL);
        kernels.elements();
        kernels.reductions();
        kernels.losses();
        kernels.normalization();
        kernels.updates();
        return Stream.of(MatrixCases.small(), WindowCases.all(), kernels.cases)
                .flatMap(List::stream)
                .toList();
    }

    private void add(String family, String name, Consumer<Desk> run) {
        cases.add(extent.of(family, name, run));
    }

    private void elements() {
        for (Activation activation : Activation.values()) {
            String name = activation.name().toLowerCase(Locale.ROOT);
            add("elements", "activate " + name, desk -> {
                int length = extent.length(desk);
                desk.compute().elements().activate(activation, ALPHA, length, desk.input(length), desk.output(length));
            });
            add("elements", "activateDerivative " + name, desk -> {
                int length = extent.length(desk);
                Buffer z = desk.input(length);
                desk.compute()
                        .elements()
                        .activateDerivative(activation, ALPHA, length, z, desk.input(length), desk.output(length));
            });
            add("elements", "activateSecondDerivative " + name, desk -> {
                int length = extent.length(desk);
                Buffer z = desk.input(length);
                Buffer v = desk.input(length);
                Buffer w = desk.input(length);
                desk.compute()
                        .elements()
                        .activateSecondDerivative(activation, ALPHA, length, z, v, w, desk.output(length));
            });
            add("elements", "addBiasAndActivate " + name, desk -> {
                int rows = extent.side(desk, 90);
                int columns = extent.side(desk, 900);
                Buffer z = desk.updated(rows * columns);
                Buffer to = desk.output(rows * columns);
                desk.compute().elements().addBiasAndActivate(activation, ALPHA, rows, columns, desk.input(rows), z, to);
            });
        }
        add("elements", "add", desk -> {
            int length = extent.length(desk);
            desk.compute().elements().add(length, desk.input(length), desk.input(length), desk.output(length));
        });
        add("elements", "multiply", desk -> {
            int length = extent.length(desk);
            desk.compute().elements().multiply(length, desk.input(length), desk.input(length), desk.output(length));
        });
        rowWise();
    }

    private void rowWise() {
        add("elements", "multiplyRows", desk -> {
            int rows = extent.side(desk, 90);
            int columns = extent.side(desk, 900);
            Buffer x = desk.input(rows * columns);
            desk.compute().elements().multiplyRows(rows, columns, x, desk.input(columns), desk.output(rows * columns));
        });
        add("elements", "scaleShift", desk -> {
            int rows = extent.side(desk, 90);
            int columns = extent.side(desk, 900);
            Buffer scale = desk.input(rows);
            Buffer shift = desk.input(rows);
            Buffer x = desk.input(rows * columns);
            desk.compute().elements().scaleShift(rows, columns, scale, shift, x, desk.output(rows * columns));
        });
        add("elements", "addBias", desk -> {
            int rows = extent.side(desk, 90);
            int columns = extent.side(desk, 900);
            desk.compute().elements().addBias(rows, columns, desk.input(rows), desk.updated(rows * columns));
        });
        add("elements", "dropoutMask", desk -> {
            int features = extent.side(desk, 90);
            int batch = extent.side(desk, 90);
            long seed = desk.size(0, Integer.MAX_VALUE - 1);
            int first = desk.size(0, 1000);
            desk.compute().elements().dropoutMask(features, batch, 0.75, seed, first, desk.output(features * batch));
        });
    }

    private void reductions() {
        add("reductions", "dot", desk -> {
            int length = desk.size(1, 100_000);
            double dot = desk.compute().reductions().dot(length, desk.input(length), desk.input(length));
            desk.host(new double[] {dot});
        });
        add("reductions", "columnDots", desk -> {
            int rows = desk.size(1, 3_000);
            int batch = desk.size(1, 90);
            int offset = desk.size(0, 4);
            Buffer x = desk.input(rows * batch);
            Buffer y = desk.input(rows * batch);
            desk.compute().reductions().columnDots(rows, batch, x, y, desk.sums(batch + offset), offset);
        });
        add("reductions", "groupDots", desk -> {
            int groups = desk.size(1, 40);
            int rows = desk.size(1, 90);
            int batch = desk.size(1, 60);
            Buffer x = desk.input(groups * rows * batch);
            Buffer y = desk.input(rows * batch);
            Sums factors = desk.factors(desk.draw(groups));
            Sums sums = desk.sums(groups * batch);
            desk.compute().reductions().groupDots(groups, rows, batch, x, y, factors, 0, sums, 0);
        });
        add("reductions", "rowSums", desk -> {
            int rows = desk.size(1, 90);
            int columns = desk.size(1, 3_000);
            desk.compute().reductions().rowSums(rows, columns, desk.input(rows * columns), desk.sums(rows), 0);
        });
        add("reductions", "addRowSums", desk -> {
            int rows = desk.size(1, 90);
            int columns = desk.size(1, 3_000);
            desk.compute().reductions().addRowSums(rows, columns, desk.input(rows * columns), desk.updated(rows));
        });
        add("reductions", "rowDots", desk -> {
            int rows = desk.size(1, 90);
            int columns = desk.size(1, 3_000);
            Buffer x = desk.input(rows * columns);
            desk.compute().reductions().rowDots(rows, columns, x, desk.input(rows * columns), desk.sums(rows), 0);
        });
        add("reductions", "addMatrix", desk -> {
            int rows = desk.size(1, 90);
            int columns = desk.size(1, 900);
            int stride = columns + desk.size(0, 4);
            Buffer x = desk.input(rows * columns);
            desk.compute().reductions().addMatrix(rows, columns, x, desk.sums(rows * stride), 0, stride);
        });
        add("reductions", "addScaledRows", desk -> {
            int rows = desk.size(1, 90);
            int columns = desk.size(1, 900);
            Buffer x = desk.input(rows * columns);
            Sums factors = desk.factors(desk.draw(rows));
            desk.compute().reductions().addScaledRows(rows, columns, x, factors, 0, desk.sums(rows * columns), 0);
        });
        add("reductions", "addProducts", desk -> {
            int length = desk.size(1, 3_000);
            Sums factors = desk.factors(desk.draw(2 * length));
            desk.compute().reductions().addProducts(length, 1, factors, desk.sums(length), 0);
        });
        for (double beta : new double[] {0, 1}) {
            add("reductions", "groupSums" + (beta == 0 ? "" : " + β·to"), desk -> {
                int groups = desk.size(1, 40);
                int size = desk.size(1, 90);
                int batch = desk.size(1, 60);
                Buffer x = desk.input(groups * size * batch);
                Buffer to = beta == 0 ? desk.output(groups * batch) : desk.updated(groups * batch);
                desk.compute().reductions().groupSums(groups, size, batch, x, beta, to);
            });
        }
    }

    /** Logits and targets that suit a loss, {@code outputs × batch}. */
    private record Fitted(int outputs, int batch, Buffer z, Buffer targets) {
        static Fitted draw(Desk desk, Loss loss) {
            int outputs = desk.size(2, 40);
            int batch = desk.size(1, 200);
            Buffer z = desk.input(outputs * batch);
            double[] targets = switch (loss) {
                case SOFTMAX_CROSS_ENTROPY -> desk.classes(outputs, batch);
                case SIGMOID_CROSS_ENTROPY -> desk.bits(outputs * batch);
                case MEAN_SQUARED_ERROR, SQUARED_ERROR -> desk.draw(outputs * batch);
            };
            return new Fitted(outputs, batch, z, desk.input(targets));
        }

        int length() {
            return outputs * batch;
        }
    }

    private void losses() {
        for (Loss loss : Loss.values()) {
            String of = " of " + loss.name().toLowerCase(Locale.ROOT);
            add("losses", "losses" + of, desk -> {
                Fitted f = Fitted.draw(desk, loss);
                desk.compute().losses().losses(loss, f.outputs, f.batch, f.z, f.targets, desk.written(f.batch), 0);
            });
            add("losses", "delta" + of, desk -> {
                Fitted f = Fitted.draw(desk, loss);
                desk.compute().losses().delta(loss, f.outputs, f.batch, f.z, f.targets, desk.output(f.length()));
            });
            add("losses", "unitDelta" + of, desk -> {
                Fitted f = Fitted.draw(desk, loss);
                Buffer delta = desk.output(f.length());
                Sums norms = desk.written(f.batch);
                desk.compute().losses().unitDelta(loss, f.outputs, f.batch, f.z, f.targets, delta, norms, 0);
            });
            add("losses", "hessianProduct" + of, desk -> {
                Fitted f = Fitted.draw(desk, loss);
                Buffer v = desk.input(f.length());
                Buffer to = desk.output(f.length());
                desk.compute().losses().hessianProduct(loss, f.outputs, f.batch, f.z, f.targets, v, to);
            });
            add("losses", "predictions" + of, desk -> {
                Fitted f = Fitted.draw(desk, loss);
                desk.compute().losses().predictions(loss, f.outputs, f.batch, f.z, desk.output(f.length()));
            });
        }
    }

    private void normalization() {
        add("normalization", "ofStatistics", desk -> {
            int channels = desk.size(1, 600);
            Buffer variance = desk.input(positive(desk, channels));
            Buffer scale = desk.output(channels);
            desk.compute()
                    .normalization()
                    .ofStatistics(channels, 1e-5, desk.input(channels), variance, scale, desk.output(channels));
        });
        add("normalization", "ofTotals", desk -> {
            int channels = desk.size(1, 600);
            Sums totals = totals(desk, channels);
            Buffer scale = desk.output(channels);
            desk.compute().normalization().ofTotals(channels, 64, 1e-5, totals, scale, desk.output(channels));
        });
        add("normalization", "moveStatistics", desk -> {
            int channels = desk.size(1, 600);
            Sums totals = totals(desk, channels);
            Buffer mean = desk.updated(channels);
            Buffer variance = desk.updated(positive(desk, channels));
            desk.compute().normalization().moveStatistics(channels, 64, 0.9, totals, mean, variance);
        });
        add("normalization", "inverseDeviations", desk -> {
            int length = desk.size(1, 3_000);
            Sums squares = desk.factors(positive(desk, length));
            desk.compute().normalization().inverseDeviations(length, 64, 1e-5, squares, desk.output(length));
        });
        add("normalization", "inverseNorms", desk -> {
            int length = desk.size(1, 3_000);
            Sums squares = desk.factors(positive(desk, length));
            Buffer inverse = desk.output(length);
            desk.compute().normalization().inverseNorms(length, 0.5, squares, inverse, desk.output(length));
        });
        add("normalization", "coefficients", desk -> {
            int length = desk.size(1, 3_000);
            Sums sums = desk.factors(desk.draw(length));
            desk.compute().normalization().coefficients(length, 0.3, sums, 0, desk.output(length));
        });
        add("normalization", "scaledCoefficients", desk -> {
            int length = desk.size(1, 3_000);
            Sums sums = desk.factors(desk.draw(length));
            Buffer scale = desk.input(length);
            desk.compute().normalization().scaledCoefficients(length, 0.3, scale, sums, 0, desk.output(length));
        });
    }

    private static double[] positive(Desk desk, int length) {
        return Arrays.stream(desk.draw(length)).map(x -> (float) (x * x + 0.01)).toArray();
    }

    /** Sums over 64 numbers of each channel, and of their squares: the variance is well above 0. */
    private static Sums totals(Desk desk, int channels) {
        double[] totals = desk.draw(2 * channels);
        for (int c = 0; c < channels; c++) {
            totals[channels + c] = 64 + totals[c] * totals[c];
        }
        return desk.factors(totals);
    }

    /** One step of an optimiser with state. */
    private interface Step {
        void run(UpdateKernels updates, int length, Buffer rate, Buffer gradient, Buffer state, Buffer parameters);
    }

    private void updates() {
        add("updates", "sgd", desk -> {
            int length = extent.length(desk);
            desk.compute().updates().sgd(length, desk.input(1), desk.input(length), desk.updated(length));
        });
        step("momentum", (updates, length, rate, g, v, w) -> updates.momentum(length, rate, MOMENTUM, g, v, w));
        step("nesterov", (updates, length, rate, g, v, w) -> updates.nesterov(length, rate, MOMENTUM, g, v, w));
        add("updates", "adam", desk -> {
            int length = extent.length(desk);
            double[] squares = desk.draw(length);
            for (int i = 0; i < length; i++) {
                squares[i] = (float) (squares[i] * squares[i] + 0.01);
            }
            Buffer rate = desk.input(1);
            Buffer gradient = desk.input(length);
            Buffer first = desk.updated(length);
            Buffer second = desk.updated(squares);
            desk.compute()
                    .updates()
                    .adam(length, rate, 0.9, 0.999, 1e-8, gradient, first, second, desk.updated(length));
        });
    }

    private void step(String name, Step step) {
        add("updates", name, desk -> {
            int length = extent.length(desk);
            Buffer rate = desk.input(1);
            Buffer gradient = desk.input(length);
            Buffer state = desk.updated(length);
            step.run(desk.compute().updates(), length, rate, gradient, state, desk.updated(length));
        });
    }
}
